using Onboarding.Client.Errors;

namespace Onboarding.Client.BootConfiguration;

/// <summary>Reads boot configurations beside a running agent, which goes on undisturbed. Tokens are not read.</summary>
public static class BootConfigurationReader
{
    private const string Workloads = "workloads";

    /// <summary>Every workload in a state directory.</summary>
    /// <param name="stateDirectory">The state directory.</param>
    /// <exception cref="OnboardingException"><see cref="ErrorIds.StateDirectoryUnreadable"/>.</exception>
    public static IReadOnlyList<StoredBootConfiguration> ReadAll(string stateDirectory)
    {
        ArgumentException.ThrowIfNullOrEmpty(stateDirectory);
        try
        {
            string directory = Path.Combine(Path.GetFullPath(stateDirectory), Workloads);
            if (Directory.Exists(stateDirectory) && !Directory.Exists(directory))
            {
                // What another user's directory hides is no workload that isn't there.
                _ = Directory.GetFileSystemEntries(stateDirectory);
                return [];
            }

            return [.. Directory.GetDirectories(directory).Order(StringComparer.Ordinal).Select(Read)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OnboardingException(
                ErrorIds.StateDirectoryUnreadable,
                $"The state directory {stateDirectory} can't be read: {e.Message}",
                // Root can't read what isn't there either.
                e is DirectoryNotFoundException
                    ? $"namei -l {stateDirectory}; no agent has run with it: another directory is named with --state-directory"
                    : $"sudo onboarding-agent bootconfig show --state-directory {stateDirectory}; another directory is named with --state-directory",
                e);
        }
    }

    private static StoredBootConfiguration Read(string directory)
    {
        // namespace.group: a namespace has no dot.
        string name = Path.GetFileName(directory);
        int dot = name.IndexOf('.', StringComparison.Ordinal);
        string workload = dot < 0 ? name : $"{name[..dot]}/{name[(dot + 1)..]}";
        return new StoredBootConfiguration(workload, ReadCurrent(Path.Combine(directory, "boot", "current")), PendingBootConfiguration.Read(directory));
    }

    private static BootFiles? ReadCurrent(string directory)
    {
        // A version may be replaced and removed in between: then the link leads to the next one.
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return BootVersionFile.Read(Path.Combine(directory, BootVersionFile.Name)) is not { } version
                    ? null
                    : new BootFiles(
                        version,
                        File.ReadAllText(Path.Combine(directory, "cluster.env")),
                        File.ReadAllText(Path.Combine(directory, "mesh.yaml")),
                        File.ReadAllText(Path.Combine(directory, "root-cert.pem")),
                        File.ReadAllText(Path.Combine(directory, "hosts")))
                    {
                        RevocationLists = File.Exists(Path.Combine(directory, BootConfigurationStore.RevocationListsName))
                            ? File.ReadAllText(Path.Combine(directory, BootConfigurationStore.RevocationListsName))
                            : "",
                    };
            }
            catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException && attempt < 3)
            {
                // Again.
            }
        }
    }
}

/// <summary>What a state directory has of one workload's boot configuration.</summary>
/// <param name="Workload">The group joined: <c>namespace/name</c>.</param>
/// <param name="Current">The one in force; null if there is none.</param>
/// <param name="Pending">The one that waits for its turn in a rollout; null if none does.</param>
public sealed record StoredBootConfiguration(string Workload, BootFiles? Current, BootFiles? Pending);

/// <summary>A boot configuration as texts, without its token: that is no one's to look at.</summary>
/// <param name="Version">Which one it is.</param>
/// <param name="ClusterEnv">cluster.env.</param>
/// <param name="MeshYaml">mesh.yaml.</param>
/// <param name="RootCertificates">root-cert.pem.</param>
/// <param name="Hosts">hosts.</param>
public sealed record BootFiles(BootVersion Version, string ClusterEnv, string MeshYaml, string RootCertificates, string Hosts)
{
    /// <summary>ca-crl.pem; empty where there are no revocation lists.</summary>
    public string RevocationLists { get; init; } = "";
}
