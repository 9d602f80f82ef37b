using System.Text;
using Onboarding.Client.Native;

namespace Onboarding.Client.Sidecar;

/// <summary>
/// Puts a boot configuration where Istio's packages look for it: the files of <c>istioctl x workload entry configure</c>, in the
/// places Istio's documentation names, owned by <c>istio-proxy</c>.
/// </summary>
internal sealed class IstioSidecarFiles(string root) : ISidecarFiles
{
    private const string User = "istio-proxy";
    private const string Token = "var/run/secrets/tokens/istio-token";
    private const string Hosts = "etc/hosts";

    private static readonly (string Name, string Place, UnixFileMode Mode)[] Core =
    [
        ("cluster.env", "var/lib/istio/envoy/cluster.env", FileModes.Public),
        ("mesh.yaml", "var/lib/istio/config/mesh", FileModes.Public),
        ("root-cert.pem", "etc/certs/root-cert.pem", FileModes.Public),
    ];

    public void InstallAll(string bootDirectory)
    {
        foreach ((string name, string place, UnixFileMode mode) in Core)
        {
            Install(Path.Combine(bootDirectory, name), place, mode);
        }

        InstallLive(bootDirectory);
    }

    public void InstallLive(string bootDirectory)
    {
        Install(Path.Combine(bootDirectory, "istio-token"), Token, FileModes.Secret);
        WriteHosts(File.ReadAllText(Path.Combine(bootDirectory, "hosts")));
    }

    public void Remove()
    {
        Delete(Token);
        foreach ((_, string place, _) in Core)
        {
            Delete(place);
        }

        WriteHosts("");
    }

    // A machine that leaves before anything was installed needn't have the directories of Istio's packages.
    private void Delete(string place)
    {
        string path = Path.Combine(root, place);
        if (Directory.Exists(Path.GetDirectoryName(path)))
        {
            File.Delete(path);
        }
    }

    private void Install(string source, string place, UnixFileMode mode)
    {
        string path = Path.Combine(root, place);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!, FileModes.PublicDirectory);
        // Only root may give a file away; without root, the sidecar runs as the agent's user and reads its own.
        DurableFiles.Write(path, File.ReadAllBytes(source), mode, LibC.EffectiveUserId() == 0 ? PasswdEntry() : null);
    }

    private (uint UserId, uint GroupId)? PasswdEntry()
    {
        string passwd = Path.Combine(root, "etc/passwd");
        string[]? fields = File.Exists(passwd)
            ? File.ReadLines(passwd).Select(line => line.Split(':')).FirstOrDefault(f => f.Length > 3 && f[0] == User)
            : null;
        return fields is not null && uint.TryParse(fields[2], out uint user) && uint.TryParse(fields[3], out uint group)
            ? (user, group)
            : null;
    }

    private void WriteHosts(string entries)
    {
        string path = Path.Combine(root, Hosts);
        string current = File.Exists(path) ? File.ReadAllText(path) : "";
        string wanted = HostsBlock.Replace(current, entries);
        if (wanted == current)
        {
            return;
        }

        try
        {
            DurableFiles.Instance.Write(path, Encoding.UTF8.GetBytes(wanted), FileModes.Public);
        }
        catch (IOException)
        {
            // In a container the file is a mount of its own and can't be replaced, only rewritten.
            File.WriteAllText(path, wanted);
        }
    }
}
