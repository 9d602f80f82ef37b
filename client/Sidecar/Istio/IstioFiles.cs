using Onboarding.Client.Native;

namespace Onboarding.Client.Sidecar.Istio;

/// <summary>
/// Puts a boot configuration where Istio's packages look for it: the files of <c>istioctl x workload entry configure</c>, in the
/// places Istio's documentation names, owned by <c>istio-proxy</c>.
/// </summary>
internal sealed class IstioFiles(string root)
{
    private const string ClusterEnv = "cluster.env";

    private static readonly (string Name, string Place)[] Core =
    [
        (ClusterEnv, "var/lib/istio/envoy/cluster.env"),
        ("mesh.yaml", "var/lib/istio/config/mesh"),
        ("root-cert.pem", "etc/certs/root-cert.pem"),
    ];

    /// <summary>The administrator's settings for Istio's start script.</summary>
    /// <param name="root">Root of the file system.</param>
    public static string SidecarEnv(string root) =>
        Environment.GetEnvironmentVariable("ISTIO_SIDECAR_CONFIG") is { Length: > 0 } named ? named : Path.Combine(root, "var/lib/istio/envoy/sidecar.env");

    /// <summary>Installs what is read at a start.</summary>
    /// <param name="bootDirectory">The boot configuration in force.</param>
    /// <param name="clusterEnv">Its cluster.env, with what this machine adds.</param>
    public void Install(string bootDirectory, byte[] clusterEnv)
    {
        foreach ((string name, string place) in Core)
        {
            Install(name == ClusterEnv ? clusterEnv : File.ReadAllBytes(Path.Combine(bootDirectory, name)), place, FileModes.Public);
        }
    }

    /// <summary>Removes all of them.</summary>
    public void Remove()
    {
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
