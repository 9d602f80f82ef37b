using Onboarding.Client.Native;
using Onboarding.Client.Sidecar.Istio.Redirection;

namespace Onboarding.Client.Sidecar.Istio;

/// <summary>
/// Puts a boot configuration where Istio's packages look for it: the files of <c>istioctl x workload entry configure</c>, in the
/// places Istio's documentation names, owned by <c>istio-proxy</c>.
/// </summary>
internal sealed class IstioFiles(string root)
{
    private const string ClusterEnv = "cluster.env";
    private const string RootCertificates = "root-cert.pem";

    private static readonly (string Name, string Place)[] Core =
    [
        (ClusterEnv, "var/lib/istio/envoy/cluster.env"),
        ("mesh.yaml", "var/lib/istio/config/mesh"),
        (RootCertificates, $"{CertificatePair.DefaultDirectory}/{RootCertificates}"),
    ];

    /// <summary>The administrator's settings for Istio's start script.</summary>
    /// <param name="root">Root of the file system.</param>
    public static string SidecarEnv(string root) =>
        Environment.GetEnvironmentVariable("ISTIO_SIDECAR_CONFIG") is { Length: > 0 } named ? named : Path.Combine(root, "var/lib/istio/envoy/sidecar.env");

    /// <summary>Installs what is read at a start.</summary>
    /// <param name="bootDirectory">The boot configuration in force.</param>
    /// <param name="environment">What the start script sources: its cluster.env, with what this machine adds, and the administrator's.</param>
    public void Install(string bootDirectory, SidecarEnvironment environment)
    {
        foreach ((string name, string place) in Core)
        {
            Install(name == ClusterEnv ? environment.Cluster : File.ReadAllBytes(Path.Combine(bootDirectory, name)), place, FileModes.Public);
        }

        // pilot-agent ends where this file is missing.
        if (environment.ProvisionedCertificates is { } provisioned && provisioned != CertificatePair.DefaultDirectory)
        {
            Install(File.ReadAllBytes(Path.Combine(bootDirectory, RootCertificates)), $"{provisioned}/{RootCertificates}", FileModes.Public);
        }
    }

    /// <summary>Removes all of them.</summary>
    public void Remove()
    {
        if (SidecarEnvironment.Installed(root).ProvisionedCertificates is { } provisioned)
        {
            Delete($"{provisioned}/{RootCertificates}");
        }

        foreach ((_, string place) in Core)
        {
            Delete(place);
        }
    }

    // A machine that leaves before anything was installed needn't have the directories of Istio's packages.
    private void Delete(string place)
    {
        using DirectoryHandle? directory = DirectoryHandle.Find(root, Path.GetDirectoryName(place)!);
        directory?.Delete(Path.GetFileName(place));
    }

    private void Install(byte[] content, string place, UnixFileMode mode)
    {
        using DirectoryHandle directory = DirectoryHandle.Make(root, Path.GetDirectoryName(place)!);
        directory.Write(Path.GetFileName(place), mode, ProxyUser.Heir(root), file => RandomAccess.Write(file, content, 0));
    }
}
