using System.Text.RegularExpressions;

namespace Onboarding.Client.Sidecar.Istio.Redirection;

/// <summary>
/// Who else manages this machine's rules, and what won't work beside Istio's redirection. A redirected connection arrives at Envoy's port
/// (15006), not at the workload's: what a firewall lets in for the workload doesn't let it in.
/// </summary>
internal static partial class OtherFirewalls
{
    private const string Config = "/var/lib/istio/envoy/sidecar.env";

    /// <summary>Looks.</summary>
    /// <param name="root">Root of the file system; <c>/</c> but for tests.</param>
    /// <param name="rules">The rules of this machine.</param>
    /// <param name="environment">What Istio's rules are made with.</param>
    public static IReadOnlyList<SidecarNotice> Find(string root, MachineRules rules, SidecarEnvironment environment)
    {
        string saved = string.Join('\n', rules.Iptables);
        bool firewalld = rules.NftablesTables.Contains("table inet firewalld", StringComparison.Ordinal) || saved.Contains(":INPUT_ZONES ", StringComparison.Ordinal);
        bool ufw = saved.Contains(":ufw-user-input ", StringComparison.Ordinal);
        bool drops = DroppingPolicy().IsMatch(saved) || DroppingHook().IsMatch(rules.NftablesChains);
        SidecarNotice? inbound = firewalld
            ? new SidecarNotice(
                "firewalld manages this machine's firewall. It drops connections that Istio redirects to Envoy's port 15006, whatever it lets in for the workload.",
                "sudo firewall-cmd --permanent --add-port=15006/tcp && sudo firewall-cmd --reload; then restart the sidecar")
            : ufw
                ? new SidecarNotice(
                    "ufw manages this machine's firewall. It drops connections that Istio redirects to Envoy's port 15006, whatever it lets in for the workload.",
                    "sudo ufw allow 15006/tcp")
                : drops && !Accepts15006().IsMatch(saved)
                    ? new SidecarNotice(
                        "This machine's firewall drops what it doesn't accept by a rule: also connections that Istio redirects to Envoy's port 15006, and with DNS capture the answers that other excluded groups get over UDP.",
                        "accept them: sudo iptables -I INPUT -p tcp --dport 15006 -j ACCEPT, and in /etc/resolv.conf of such groups: options use-vc")
                    : null;
        return [.. new[] { Docker(root, saved, environment), inbound }.OfType<SidecarNotice>()];
    }

    private static SidecarNotice? Docker(string root, string saved, SidecarEnvironment environment)
    {
        string interfaces = Path.Combine(root, "sys/class/net");
        string[] bridges = Directory.Exists(interfaces)
            ? [.. Directory.GetFileSystemEntries(interfaces).Select(p => Path.GetFileName(p)).Where(n => Bridge().IsMatch(n)).Order(StringComparer.Ordinal)]
            : [];
        if (bridges.Length == 0 && !saved.Contains(":DOCKER ", StringComparison.Ordinal))
        {
            return null;
        }

        string[] missing = [.. bridges.Except(environment.VirtualInterfaces)];
        return missing.Length == 0 && bridges.Length > 0
            ? null
            : new SidecarNotice(
                "Docker manages rules on this machine. Requests to ports that containers publish go around the sidecar, and what containers send is taken for inbound traffic where all inbound ports are redirected.",
                $"echo 'KUBE_VIRT_INTERFACES={string.Join(',', bridges.Length == 0 ? ["docker0"] : bridges)}' | sudo tee -a {Config}; then restart the sidecar");
    }

    // docker0, and the bridges that Docker names by the id of their network.
    [GeneratedRegex("^(docker[0-9]+|br-[0-9a-f]{12})$")]
    private static partial Regex Bridge();

    [GeneratedRegex(@"^\*filter\n(?:[:#].*\n)*?:INPUT (DROP|REJECT) ", RegexOptions.Multiline)]
    private static partial Regex DroppingPolicy();

    [GeneratedRegex(@"hook input [^;]*; policy drop;")]
    private static partial Regex DroppingHook();

    [GeneratedRegex(@"^-A \S+ .*--dports? \S*\b15006\b.* -j ACCEPT", RegexOptions.Multiline)]
    private static partial Regex Accepts15006();
}
