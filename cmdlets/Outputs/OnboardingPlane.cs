using System.Management.Automation;
using Onboarding.Laptop.Planes;

namespace Onboarding.Cmdlets;

/// <summary>
/// A plane on this machine. With the sample it names what <c>Register-MeshWorkload</c> takes, so that it can be piped there.
/// </summary>
public sealed class OnboardingPlane
{
    private readonly EmbeddedPlane _plane;

    internal OnboardingPlane(EmbeddedPlane plane) => _plane = plane;

    /// <summary>Its name: that of its data directory.</summary>
    public string Name => _plane.Name;

    /// <summary><c>Running</c> or <c>Stopped</c>, as of now.</summary>
    public string Status => _plane.IsRunning ? "Running" : "Stopped";

    /// <summary>Where agents connect.</summary>
    public string Endpoint => _plane.Endpoint.GetLeftPart(UriPartial.Authority);

    /// <summary>Its process.</summary>
    public int ProcessId => _plane.ProcessId;

    /// <summary>How kubectl reaches its control plane.</summary>
    public string KubeConfig => _plane.KubeConfig;

    /// <summary>Where it keeps its data.</summary>
    public string DataDirectory => _plane.DataDirectory;

    /// <summary>What agents verify its certificate with.</summary>
    public string CertificateAuthorityPath => _plane.CertificateAuthority;

    /// <summary>The sample's OnboardingConfiguration; null without the sample.</summary>
    public string? ConfigurationPath => _plane.ConfigurationPath;

    /// <summary>The sample's AgentConfiguration; null without the sample.</summary>
    public string? AgentConfigurationPath => _plane.AgentConfigurationPath;

    /// <summary>State directory of the sample's machine, which is this one; null without the sample.</summary>
    public string? StateDirectory => _plane.StateDirectory;

    /// <summary>The kubeconfig as people write it, from <c>~</c>.</summary>
    [Hidden]
    public string KubeConfigText => FromHome(KubeConfig);

    /// <summary>The data directory as people write it, from <c>~</c>.</summary>
    [Hidden]
    public string DataDirectoryText => FromHome(DataDirectory);

    /// <inheritdoc/>
    public override string ToString() => Name;

    private static string FromHome(string path) =>
        Environment.GetFolderPath(Environment.SpecialFolder.UserProfile) is { Length: > 1 } home
        && path.StartsWith(home + Path.DirectorySeparatorChar, StringComparison.Ordinal)
            ? $"~{path[home.Length..]}"
            : path;
}
