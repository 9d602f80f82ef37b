using System.Text;

namespace Onboarding.Client.Sidecar.Istio.Redirection;

/// <summary>What Istio's start script sources, the second file last.</summary>
/// <param name="Sidecar">The administrator's <c>sidecar.env</c>; empty if there is none.</param>
/// <param name="Cluster">The <c>cluster.env</c> that the agent installs.</param>
internal sealed record SidecarEnvironment(byte[] Sidecar, byte[] Cluster)
{
    private const string Excluded = "ISTIO_OUTBOUND_OWNER_GROUPS_EXCLUDE";

    private const string OwnRules = "# The agent makes the rules (sidecar.capture)\nISTIO_CUSTOM_IP_TABLES=true\n";

    /// <summary>True if the administrator makes the rules by other means: then none of them is the agent's to touch.</summary>
    public bool HasOwnRules => Value("ISTIO_CUSTOM_IP_TABLES") == "true";

    /// <summary>Interfaces whose traffic the administrator takes for that of machines behind this one.</summary>
    public IReadOnlyList<string> VirtualInterfaces => List(Value("KUBE_VIRT_INTERFACES"));

    /// <summary>True unless only some groups' traffic is redirected: then all others are excluded, and Istio takes no second list.</summary>
    public bool RedirectsAllGroups => Value("ISTIO_OUTBOUND_OWNER_GROUPS") is null or "" or "*";

    /// <summary>Which rules of cryptography the mesh wants kept; null for none.</summary>
    public string? CompliancePolicy => Value("COMPLIANCE_POLICY");

    /// <summary>How many connections Envoy may take, in the form before <c>connectionSettings</c>; null for any number.</summary>
    public string? ConnectionLimit => Value("ISTIO_META_GLOBAL_DOWNSTREAM_MAX_CONNECTIONS");

    /// <summary>Where pilot-agent looks for the certificate that it authenticates with, below the root; null for nowhere.</summary>
    public string? ProvisionedCertificates => Below("PROV_CERT", CertificatePair.DefaultDirectory);

    /// <summary>Where pilot-agent keeps the certificate that it was issued, below the root; null for nowhere.</summary>
    public string? IssuedCertificates => Below("OUTPUT_CERTS", CertificatePair.DefaultDirectory);

    /// <summary>What the start script calls the sidecar's service.</summary>
    public string Service => Value("ISTIO_SERVICE") is { Length: > 0 } service ? service : "rawvm";

    /// <summary>Where the start script sends what pilot-agent and Envoy print, below the root.</summary>
    public string Logs => Below("ISTIO_LOG_DIR", "var/log/istio")!;

    /// <summary>What the script would source on this machine as it is, but for what says that the rules are the agent's.</summary>
    public static SidecarEnvironment Installed(string root)
    {
        SidecarEnvironment installed = ReadInstalled(root);
        return installed.IsMarked ? installed with { Cluster = installed.Cluster[..^OwnRules.Length] } : installed;
    }

    /// <summary>True if the installed files leave the rules to the agent; an agent of before had Istio's script make them.</summary>
    public static bool LeavesRulesToAgent(string root) => ReadInstalled(root).IsMarked;

    /// <summary>Reads both files; one that isn't there is empty, as for the script.</summary>
    public static SidecarEnvironment Read(string sidecarEnv, string clusterEnv) => new(ReadIfThere(sidecarEnv), ReadIfThere(clusterEnv));

    /// <summary>The same with a group whose connections aren't redirected, beside those that both files name.</summary>
    /// <param name="group">Name of the group.</param>
    public SidecarEnvironment Excluding(string group)
    {
        if (!RedirectsAllGroups)
        {
            return this;
        }

        // Joined as they are written, quotes and all: what the shell makes of each stays the administrator's business.
        string[] words =
        [
            .. new[] { Sidecar, Cluster }.Select(file => EnvironmentFile.Written(Text(file), Excluded)).OfType<string>()
                .Where(word => EnvironmentFile.Unquoted(word) is not "").Distinct(),
        ];
        bool named = words.Any(word => List(EnvironmentFile.Unquoted(word)).Contains(group));
        return Adding($"{Excluded}={string.Join(',', named ? words : [.. words, group])}\n");
    }

    /// <summary>What the administrator or the mesh says of nft: true, false, or null where neither says anything. A named iptables says no.</summary>
    public bool? SaysNativeNftables => Value(NativeNftables.Variable) is { } value ? value == "true"
        : Value("FORCE_IPTABLES_BINARY") is { Length: > 0 } ? false
        : null;

    /// <summary>The same with rules that nft makes; what the administrator or the mesh says of it stays.</summary>
    public SidecarEnvironment WithNativeNftables() => SaysNativeNftables is null && !HasOwnRules ? Adding($"{NativeNftables.Variable}=true\n") : this;

    /// <summary>The same for a start that makes no rules: the agent makes them. Where the administrator does, it stays as it is.</summary>
    public SidecarEnvironment LeavingRulesToAgent() => HasOwnRules ? this : Adding(OwnRules);

    /// <summary>True if a start with it makes the same rules.</summary>
    public bool Equals(SidecarEnvironment? other) =>
        other is not null && Sidecar.AsSpan().SequenceEqual(other.Sidecar) && Cluster.AsSpan().SequenceEqual(other.Cluster);

    /// <inheritdoc />
    public override int GetHashCode() => HashCode.Combine(Sidecar.Length, Cluster.Length);

    // Only the end of the file counts: what a plane sends comes before it, and can't take an administrator's rules for the agent's.
    private bool IsMarked => Text(Cluster).EndsWith(OwnRules, StringComparison.Ordinal);

    private static SidecarEnvironment ReadInstalled(string root) =>
        Read(IstioFiles.SidecarEnv(root), Path.Combine(root, "var/lib/istio/envoy/cluster.env"));

    private SidecarEnvironment Adding(string line)
    {
        byte[] separator = Cluster.Length == 0 || Cluster[^1] == '\n' ? [] : "\n"u8.ToArray();
        return this with { Cluster = [.. Cluster, .. separator, .. Encoding.UTF8.GetBytes(line)] };
    }

    // cluster.env is sourced last, and wins.
    private string? Value(string name) =>
        (EnvironmentFile.Written(Text(Cluster), name) ?? EnvironmentFile.Written(Text(Sidecar), name)) is { } written
            ? EnvironmentFile.Unquoted(written)
            : null;

    // The script's paths are relative to the root, which it is started in. One that only a shell can tell is taken for the default.
    private string? Below(string name, string standard)
    {
        string value = Value(name) ?? standard;
        string[] parts = value.Split('/', StringSplitOptions.RemoveEmptyEntries);
        return value.Length == 0 && name != "ISTIO_LOG_DIR" ? null
            : parts.Length == 0 || parts.Contains("..") ? standard
            : string.Join('/', parts.Where(part => part != "."));
    }

    private static string[] List(string? value) => value?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];

    private static string Text(byte[] file) => Encoding.UTF8.GetString(file);

    private static byte[] ReadIfThere(string path) => File.Exists(path) ? File.ReadAllBytes(path) : [];
}
