using System.Text.Json.Nodes;
using Onboarding.Api.Istio;
using Onboarding.Api.Meta;
using Onboarding.Api.Policies;
using Onboarding.Api.Reading;
using Onboarding.Client.Errors;
using Onboarding.Documents;

namespace Onboarding.Fleet.Policies;

/// <summary>A manifest with policies, and perhaps the WorkloadGroups they are about.</summary>
/// <param name="Policies">Its policies.</param>
/// <param name="Groups">Its WorkloadGroups.</param>
public sealed record PolicyFile(IReadOnlyList<OnboardingPolicy> Policies, IReadOnlyList<WorkloadGroup> Groups)
{
    private const string DefaultNamespace = "default";

    /// <summary>Reads a file, YAML or JSON, with any number of objects; other kinds are left alone.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <exception cref="OnboardingException">It can't be read, or holds no policy.</exception>
    public static async Task<PolicyFile> ReadAsync(string path, CancellationToken cancellationToken) =>
        Parse(await File.ReadAllBytesAsync(path, cancellationToken), path);

    /// <summary>Reads the content of such a file.</summary>
    /// <param name="content">The content.</param>
    /// <param name="path">Where it is from, for messages.</param>
    /// <exception cref="OnboardingException">It can't be read, or holds no policy.</exception>
    public static PolicyFile Parse(byte[] content, string path)
    {
        ReadResult<IReadOnlyList<JsonObject>> read = ResourceReader.ReadManifest(content);
        if (read.Value is not { } objects)
        {
            throw new OnboardingException(
                ErrorIds.ConfigurationInvalid,
                $"{path} can't be used: {string.Join("; ", read.Errors)}",
                $"correct it; every problem with its line: Test-OnboardingConfiguration {path}");
        }

        OnboardingPolicy[] policies = [.. OfKind(objects, OnboardingPolicy.Definition).Select(OnboardingPolicy.FromJson)];
        WorkloadGroup[] groups = [.. OfKind(objects, WorkloadGroup.Definition).Select(WorkloadGroup.FromJson)];
        return policies.Length > 0 ? new PolicyFile(policies, groups) : throw new OnboardingException(
            ModuleErrorIds.PolicyMissing,
            $"{path} holds no OnboardingPolicy.",
            "write one: New-WorkloadGroupPolicy NAME … -AsYaml");
    }

    /// <summary>
    /// What of it is in a namespace, as it would be once applied: objects that name no namespace go there, and of two with one name
    /// the later one stays.
    /// </summary>
    /// <param name="ns">The namespace.</param>
    public PolicyFile In(string ns) => new(
        [.. Last(Policies.Where(p => (p.Metadata.Namespace ?? ns) == ns).Select(p => p with { Metadata = p.Metadata with { Namespace = ns } }))],
        [.. Last(Groups.Where(g => (g.Metadata.Namespace ?? ns) == ns).Select(g => g with { Metadata = g.Metadata with { Namespace = ns } }))]);

    /// <summary>The namespace that a question about one of its groups is about.</summary>
    /// <param name="group">Name of the group.</param>
    /// <param name="ns">The namespace someone asked for; null if no one did.</param>
    /// <returns>Null if the group isn't in the file.</returns>
    /// <exception cref="OnboardingException">The file has it in several namespaces, and no one said which.</exception>
    public string? NamespaceOf(string group, string? ns)
    {
        string[] found = [.. Groups.Where(g => g.Metadata.Name == group).Select(g => g.Metadata.Namespace ?? ns ?? DefaultNamespace).Distinct()];
        return ns is not null
            ? found.FirstOrDefault(n => n == ns)
            : found.Length < 2 ? found.SingleOrDefault() : throw new OnboardingException(
                ErrorIds.ConfigurationInvalid,
                $"There are WorkloadGroups '{group}' in several namespaces of the file: {string.Join(", ", found)}.",
                $"say which is meant: -Namespace {found[0]}");
    }

    private static IEnumerable<T> Last<T>(IEnumerable<T> objects)
        where T : IKubernetesObject => objects.GroupBy(o => o.Metadata.Name, StringComparer.Ordinal).Select(same => same.Last());

    // The reader has refused objects without a kind or a name already.
    private static IEnumerable<JsonObject> OfKind(IEnumerable<JsonObject> objects, ResourceDefinition definition) =>
        objects.Where(o => (string?)o["kind"] == definition.Kind);
}
