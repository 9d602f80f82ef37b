using Onboarding.Client.Processes;

namespace Onboarding.Client.Sidecar.Istio.Redirection;

/// <summary>
/// Whether Istio makes its rules with nft itself: wherever the machine has nft. RHEL 10 and Debian 13 install no iptables, and elsewhere iptables is mostly
/// a way to write rules of nft. Where rules of iptables-legacy are in force, Istio goes on with iptables: nft does not see them.
/// </summary>
/// <param name="root">Root of the file system; <c>/</c> but for tests.</param>
internal sealed class NativeNftables(string root)
{
    /// <summary>The variable that tells Istio's script.</summary>
    public const string Variable = "NATIVE_NFTABLES";

    // The kernel lists the tables of iptables-legacy here while there are any.
    private static readonly string[] LegacyTables = ["proc/net/ip_tables_names", "proc/net/ip6_tables_names"];

    private static readonly string[] FamilyNames = ["ID", "ID_LIKE"];

    private readonly MachineTools _tools = new(root);

    /// <summary>True if nft is to make the rules, unless the administrator or the mesh says otherwise.</summary>
    public bool IsPreferred => _tools.Find("nft") is not null && !HasLegacyRules;

    /// <summary>True if tables of iptables-legacy are in force.</summary>
    public bool HasLegacyRules => LegacyTables.Select(t => Path.Combine(root, t)).Any(t => File.Exists(t) && ReadsText(t));

    /// <summary>The command that installs a package on this machine's distribution.</summary>
    /// <param name="package">The package, which has the same name everywhere.</param>
    public string InstallCommand(string package) => Family() switch
    {
        "debian" => $"sudo apt-get install {package}",
        "rhel" or "fedora" => $"sudo dnf install {package}",
        "suse" => $"sudo zypper install {package}",
        _ => $"sudo apt-get install {package}, or sudo dnf install {package}",
    };

    // os-release(5): a derived distribution names those that it is like.
    private string Family()
    {
        string path = Path.Combine(root, "etc/os-release");
        string text = File.Exists(path) ? File.ReadAllText(path) : "";
        string[] names = [.. FamilyNames
            .Select(name => EnvironmentFile.Written(text, name)).OfType<string>().Select(EnvironmentFile.Unquoted).OfType<string>()
            .SelectMany(value => value.Split(' '))];
        return names.FirstOrDefault(n => n is "debian" or "rhel" or "fedora" or "suse") ?? "";
    }

    private static bool ReadsText(string path)
    {
        try
        {
            return File.ReadAllText(path).Trim().Length > 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Root alone may look, as whom the agent runs; for others the pre-flight can't tell.
            return false;
        }
    }
}
