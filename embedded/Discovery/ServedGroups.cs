using System.Collections.Immutable;
using Onboarding.Embedded.Kinds;
using Onboarding.Embedded.Virtual;

namespace Onboarding.Embedded.Discovery;

/// <summary>Every group, version and resource that is served.</summary>
internal static class ServedGroups
{
    private static readonly ImmutableArray<string> AllVerbs =
        ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];

    public static IReadOnlyList<ServedGroup> All { get; } =
    [
        .. KindRegistry.All.GroupBy(k => k.Group).Select(g => new ServedGroup(g.Key, [.. g.SelectMany(k => k.Versions).Distinct()])),
        .. VirtualResources.All.Select(v => v.Group).Distinct().Select(g => new ServedGroup(g, ["v1"])),
    ];

    public static ServedGroup? Find(string name) => All.FirstOrDefault(g => g.Name == name);

    public static IEnumerable<ServedResource> Resources(string group, string version)
    {
        foreach (Kind kind in KindRegistry.All.Where(k => k.Group == group && k.Versions.Contains(version)))
        {
            yield return new ServedResource(kind.Plural, kind.Singular, kind.Name, kind.Namespaced, AllVerbs)
            {
                ShortNames = kind.ShortNames,
                Categories = kind.Categories,
            };
            if (kind.HasStatus)
            {
                yield return new ServedResource($"{kind.Plural}/status", "", kind.Name, kind.Namespaced, ["get", "patch", "update"]);
            }

            if (kind == CoreKinds.ServiceAccount)
            {
                yield return new ServedResource("serviceaccounts/token", "", "TokenRequest", true, ["create"])
                {
                    KindVersion = ("authentication.k8s.io", "v1"),
                };
            }
        }

        foreach (VirtualResource resource in VirtualResources.All.Where(v => v.Group == group && version == "v1"))
        {
            yield return new ServedResource(
                resource.Plural, resource.Kind.ToLowerInvariant(), resource.Kind, resource.Namespaced, ["create"]);
        }
    }
}

/// <summary>An API group and its versions, preferred first.</summary>
internal sealed record ServedGroup(string Name, ImmutableArray<string> Versions);
