using System.Collections.Frozen;

namespace Onboarding.Embedded.Kinds;

/// <summary>Every kind this control plane keeps.</summary>
internal static class KindRegistry
{
    public static IReadOnlyList<Kind> All { get; } = [.. CoreKinds.All, .. RbacKinds.All, .. CustomKinds.All, .. AddedKinds.All];

    private static readonly FrozenDictionary<(string, string), Kind> ByPlural = All.ToFrozenDictionary(k => (k.Group, k.Plural));

    private static readonly FrozenDictionary<string, Kind> ByResource = All.ToFrozenDictionary(k => k.Resource);

    public static Kind? Find(string group, string version, string plural) =>
        ByPlural.TryGetValue((group, plural), out Kind? kind) && kind.Versions.Contains(version) ? kind : null;

    /// <summary>By storage name, e.g. <c>workloadgroups.networking.istio.io</c>.</summary>
    public static Kind? Find(string resource) => ByResource.GetValueOrDefault(resource);
}
