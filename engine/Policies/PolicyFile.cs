using System.Text.Json.Nodes;
using Onboarding.Api.Authorization;
using Onboarding.Api.Istio;
using Onboarding.Api.Reading;
using Onboarding.Client.Errors;
using Onboarding.Engine.Errors;

namespace Onboarding.Engine.Policies;

/// <summary>A manifest with policies, and perhaps the WorkloadGroups they are about.</summary>
/// <param name="Policies">Its policies.</param>
/// <param name="Groups">Its WorkloadGroups.</param>
public sealed record PolicyFile(IReadOnlyList<OnboardingPolicy> Policies, IReadOnlyList<WorkloadGroup> Groups)
{
    /// <summary>Reads a file, YAML or JSON, with any number of objects; other kinds are left alone.</summary>
    /// <param name="path">The file.</param>
    /// <param name="ns">Namespace of objects that name none.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <exception cref="OnboardingException">It can't be read, or holds no policy.</exception>
    public static async Task<PolicyFile> ReadAsync(string path, string ns, CancellationToken cancellationToken)
    {
        byte[] content = await File.ReadAllBytesAsync(path, cancellationToken);
        ReadResult<IReadOnlyList<JsonObject>> read = ResourceReader.ReadManifest(content);
        if (read.Value is not { } objects)
        {
            throw new OnboardingException(
                ErrorIds.ConfigurationInvalid,
                $"{path} can't be used: {string.Join("; ", read.Errors)}",
                $"correct it; every problem with its line: Test-OnboardingConfiguration {path}");
        }

        OnboardingPolicy[] policies = [.. OfKind(objects, OnboardingPolicy.Definition.Kind, ns).Select(OnboardingPolicy.FromJson)];
        WorkloadGroup[] groups = [.. OfKind(objects, WorkloadGroup.Definition.Kind, ns).Select(WorkloadGroup.FromJson)];
        return policies.Length > 0 ? new PolicyFile(policies, groups) : throw new OnboardingException(
            ModuleErrorIds.PolicyMissing,
            $"{path} holds no OnboardingPolicy.",
            "write one: New-WorkloadGroupPolicy NAME … -AsYaml");
    }

    private static IEnumerable<JsonObject> OfKind(IEnumerable<JsonObject> objects, string kind, string ns)
    {
        foreach (JsonObject json in objects.Where(o => o["kind"]?.GetValue<string>() == kind))
        {
            json["metadata"]!["namespace"] ??= ns;
            yield return json;
        }
    }
}
