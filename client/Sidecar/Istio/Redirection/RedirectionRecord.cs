using System.Globalization;
using System.Text;
using Onboarding.Client.Native;
using Onboarding.Client.State;

namespace Onboarding.Client.Sidecar.Istio.Redirection;

/// <summary>
/// The environment that the redirection in force was made with: <c>sidecar.env</c> and <c>cluster.env</c> as they were at the last start.
/// Istio's cleanup removes the rules that it would make, so with any other environment it leaves some behind. Kept before the rules are
/// made and forgotten once they are seen to be gone, so that an agent killed at any moment knows of them.
/// </summary>
/// <param name="stateDirectory">The agent's: the rules are the machine's, whichever workload they were made for.</param>
internal sealed class RedirectionRecord(string stateDirectory)
{
    private readonly string _directory = Path.Combine(stateDirectory, "redirection");

    /// <summary>The kept <c>sidecar.env</c>; there needn't be one.</summary>
    public string SidecarEnv => Path.Combine(_directory, "sidecar.env");

    /// <summary>The kept <c>cluster.env</c>.</summary>
    public string ClusterEnv => Path.Combine(_directory, "cluster.env");

    /// <summary>True if rules may be in force that were made with it.</summary>
    public bool Exists => File.Exists(ClusterEnv);

    /// <summary>How many parts the rules had once all were made; null if none were, or if the agent was killed in the middle.</summary>
    public int? Parts
    {
        get => File.Exists(Made) && int.TryParse(File.ReadAllText(Made), NumberStyles.None, CultureInfo.InvariantCulture, out int parts) ? parts : null;
        set
        {
            if (value is { } parts)
            {
                DurableFiles.Instance.Write(Made, Encoding.ASCII.GetBytes(parts.ToString(CultureInfo.InvariantCulture)), FileModes.Secret);
            }
            else
            {
                File.Delete(Made);
            }
        }
    }

    private string Made => Path.Combine(_directory, "parts");

    /// <summary>What is kept.</summary>
    public SidecarEnvironment Read() => SidecarEnvironment.Read(SidecarEnv, ClusterEnv);

    /// <summary>Keeps the environment of the start that follows.</summary>
    public void Keep(SidecarEnvironment environment)
    {
        SecureDirectory.Ensure(_directory);
        // Root's shell reads them: no one else may write what it is to execute. The second one last: with it the record counts.
        DurableFiles.Instance.Write(SidecarEnv, environment.Sidecar, FileModes.Secret);
        DurableFiles.Instance.Write(ClusterEnv, environment.Cluster, FileModes.Secret);
        SecureFiles.SynchronizeDirectory(Path.GetDirectoryName(_directory)!);
    }

    /// <summary>The rules are gone.</summary>
    public void Forget()
    {
        if (Directory.Exists(_directory))
        {
            File.Delete(Made);
            File.Delete(ClusterEnv);
            File.Delete(SidecarEnv);
            SecureFiles.SynchronizeDirectory(_directory);
        }
    }
}
