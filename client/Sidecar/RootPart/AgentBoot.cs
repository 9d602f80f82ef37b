using System.Security.Cryptography;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Onboarding.Client.BootConfiguration;
using Onboarding.Client.Errors;
using Onboarding.Client.Native;

namespace Onboarding.Client.Sidecar.RootPart;

/// <summary>
/// Copies the agent's boot configuration to a place of root's and checks the copy. Attacks: an agent that was taken over puts a link to
/// <c>/etc/shadow</c>, a pipe or a file without end in its place, exchanges a file after it was looked at, or writes settings that run a
/// program as root. So no link is followed, only the agent's own regular files are read, once and up to a size, and what is installed
/// was checked as if a plane had sent it.
/// </summary>
internal static class AgentBoot
{
    private const int LargestFile = 1024 * 1024;
    private const string Token = "istio-token";
    private static readonly string[] Core = ["cluster.env", "mesh.yaml", "root-cert.pem"];

    /// <summary>Copies and checks.</summary>
    /// <param name="stateDirectory">The agent's state directory.</param>
    /// <param name="workload">The workload's directory in it: <c>namespace.name</c>.</param>
    /// <param name="destination">Where the copy is put; it is root's alone.</param>
    /// <returns>The copy's core, as a hash over what was copied.</returns>
    /// <exception cref="OnboardingException"><see cref="ErrorIds.BootConfigurationUnsafe"/>: nothing was copied.</exception>
    public static string Copy(string stateDirectory, string workload, string destination)
    {
        Dictionary<string, byte[]> files;
        try
        {
            files = Read(stateDirectory, workload);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Refused($"it can't be copied: {e.Message}", e);
        }

        var problems = new List<string>();
        string cluster = ClusterEnv.Write(ClusterEnv.Read(Text(files["cluster.env"]), problems));
        MeshYamlGuard.Check(Text(files["mesh.yaml"]), problems);
        HostsLines.Check(Text(files["hosts"]), problems);
        if (files.TryGetValue(BootConfigurationStore.RevocationListsName, out byte[]? lists))
        {
            BootConfigurationCheck.CheckLists(Text(lists), problems);
        }

        if (!IsToken(Text(files[Token])))
        {
            problems.Add($"{Token}: is no token");
        }

        if (problems.Count > 0)
        {
            throw Refused(string.Join("; ", problems));
        }

        files["cluster.env"] = Encoding.UTF8.GetBytes(cluster);
        Directory.CreateDirectory(destination, FileModes.SecretDirectory);
        if (lists is null)
        {
            File.Delete(Path.Combine(destination, BootConfigurationStore.RevocationListsName));
        }

        foreach ((string name, byte[] content) in files)
        {
            DurableFiles.Instance.Write(Path.Combine(destination, name), content, FileModes.Secret);
        }

        return Convert.ToHexStringLower(SHA256.HashData([.. Core.SelectMany(name => SHA256.HashData(files[name]))]));
    }

    private static Dictionary<string, byte[]> Read(string stateDirectory, string workload)
    {
        // The agent's user owns what is below; the directory itself is made by systemd, in one of root's.
        using DirectoryHandle state = DirectoryHandle.Find("/", stateDirectory) ?? throw Missing(stateDirectory);
        uint agent = state.Facts.UserId;
        using DirectoryHandle workloads = Enter(state, "workloads");
        using DirectoryHandle own = Enter(workloads, workload);
        using DirectoryHandle boot = Enter(own, "boot");
        using DirectoryHandle current = Enter(boot, CurrentName(boot));
        string lists = BootConfigurationStore.RevocationListsName;
        string[] names = [.. Core, Token, "hosts", BootVersionFile.Name, .. current.Look(lists) is null ? [] : new[] { lists }];
        return names.ToDictionary(name => name, name => Read(current, name, agent));
    }

    // The link's text is a name, never a path, and what has that name must be a directory itself.
    private static string CurrentName(DirectoryHandle boot)
    {
        string link = Path.Combine(boot.Path, "current");
        string name = new FileInfo(link).LinkTarget ?? throw Missing(link);
        return name == Path.GetFileName(name) && name.StartsWith('v') ? name : throw new IOException($"{link} leads to {name}");
    }

    private static byte[] Read(DirectoryHandle directory, string name, uint agent)
    {
        string path = Path.Combine(directory.Path, name);
        using SafeFileHandle file = directory.Open(name) ?? throw Missing(path);
        // A second name may be of a file that the agent can't read itself.
        if (SecureFiles.Look(file) is not { Links: 1 } facts || facts.UserId != agent)
        {
            throw new IOException($"{path} isn't the agent's own");
        }

        byte[] content = new byte[LargestFile + 1];
        int length = 0;
        while (length < content.Length && RandomAccess.Read(file, content.AsSpan(length), length) is > 0 and int read)
        {
            length += read;
        }

        return length <= LargestFile ? content[..length] : throw new IOException($"{path} is larger than {LargestFile} bytes");
    }

    private static DirectoryHandle Enter(DirectoryHandle parent, string name) =>
        parent.Enter(name, make: false) ?? throw Missing(Path.Combine(parent.Path, name));

    private static bool IsToken(string text) => text.Length > 0 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' or '=');

    private static string Text(byte[] content) => Encoding.UTF8.GetString(content);

    private static FileNotFoundException Missing(string path) => new($"{path} isn't there");

    private static OnboardingException Refused(string why, Exception? inner = null) => new(
        ErrorIds.BootConfigurationUnsafe,
        $"The agent's boot configuration is not installed: {why}.",
        "onboarding-agent bootconfig show; if no one changed these files, treat the agent as compromised: sudo systemctl stop onboarding-agent",
        inner);
}
