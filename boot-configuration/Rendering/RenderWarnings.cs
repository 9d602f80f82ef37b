using Onboarding.Kubernetes;

namespace Onboarding.BootConfiguration.Rendering;

/// <summary>What a person should know of rendered files.</summary>
internal static class RenderWarnings
{
    public static IReadOnlyList<string> Find(
        RenderOptions options,
        WorkloadGroupDocument group,
        BootConfigurationFiles made,
        IReadOnlyDictionary<string, string> files,
        ServiceAccountToken? token)
    {
        var warnings = new List<string>();
        if (group.Template["labels"] is Dictionary<string, object> { Count: > 0 })
        {
            warnings.Add("labels of the WorkloadGroup's template override those of its metadata");
        }

        if (token is not null)
        {
            warnings.Add(
                $"a security token for namespace {group.Namespace} and service account {group.ServiceAccount} has been generated and stored at "
                + $"{Path.Combine(options.OutputDirectory, OutputDirectory.SecretName)}; it expires at {token.ExpiresAt.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}");
        }

        if (files.TryGetValue("hosts", out string? hosts) && hosts.Length == 0)
        {
            warnings.Add(
                "hosts is empty: no address of istiod's gateway was found. A machine that can't resolve "
                + $"{made.IstiodHost} needs --ingressIP ADDRESS");
        }

        // Istio writes them too, and these files must be as Istio's. Who may edit an annotation of the group chose these names.
        string[] dangerous = [.. made.NamesNoShellTakes.Select(name => $"'{name}'")];
        if (dangerous.Length > 0)
        {
            warnings.Add($"cluster.env has names that a shell doesn't take for variables and may run as commands; don't source it: {string.Join(", ", dangerous)}");
        }

        return warnings;
    }
}
