using System.Text;

namespace Onboarding.Tests.IstioPackage.Redirection;

/// <summary>Makes and removes the rules with nft, in tables of Istio's own.</summary>
internal sealed class Nftables(RedirectionSettings settings)
{
    private const string Program = "nft";

    /// <summary>The tables, whatever is in them and whether they are there: unlike iptables' chains they are no one else's.</summary>
    public static void Remove()
    {
        var text = new StringBuilder();
        foreach (string table in (string[])["istio-proxy-nat", "istio-proxy-mangle", "istio-proxy-raw"])
        {
            text.Append("add table inet ").Append(table).Append("\ndelete table inet ").Append(table).Append('\n');
        }

        MachineProgram.Run(Program, "-f -", text.ToString());
    }

    /// <exception cref="MachineProgramException">nft refuses them.</exception>
    public void Apply() => MachineProgram.Run(Program, "-f -", Nat() + (settings.Resolvers.Count > 0 ? Raw() : ""));

    public static string Saved() => MachineProgram.Run(Program, "list ruleset");

    private string Nat() => $$"""
        table inet istio-proxy-nat {
          chain prerouting {
            type nat hook prerouting priority dstnat; policy accept;
        {{Lines(settings.VirtualInterfaces.SelectMany(i => (string[])[$"iifname \"{i}\" jump istio-redirect", $"iifname \"{i}\" return"]))}}
        {{Lines(settings.InboundPorts.Length > 0 ? ["meta l4proto tcp jump istio-inbound"] : [])}}
          }
          chain output {
            type nat hook output priority -100; policy accept;
            counter jump istio-output
          }
          chain istio-inbound {
            tcp dport 15008 return
        {{Lines(Inbound())}}
          }
          chain istio-redirect {
            meta l4proto tcp redirect to :15001
          }
          chain istio-in-redirect {
            meta l4proto tcp redirect to :15006
          }
          chain istio-output {
            oifname "lo" ip saddr 127.0.0.6 return
        {{Lines(settings.HasIPv6 ? ["oifname \"lo\" ip6 saddr ::6 return"] : [])}}
        {{Lines(Proxy())}}
        {{Lines(settings.ExcludedGroups.Select(g => $"meta skgid {g} return"))}}
        {{Lines(settings.Resolvers.Count > 0 ? ["counter jump istio-output-dns"] : [])}}
            ip daddr 127.0.0.1 return
        {{Lines(settings.HasIPv6 ? ["ip6 daddr ::1 return"] : [])}}
        {{Lines(settings.ServiceRanges == "*" ? ["counter jump istio-redirect"] : [])}}
          }
        {{(settings.Resolvers.Count > 0 ? Chain("istio-output-dns", Redirected("tcp").Concat(Redirected("udp"))) : "")}}
        }

        """;

    private IEnumerable<string> Inbound() => settings.InboundPorts switch
    {
        "" => [],
        "*" => [.. settings.ExcludedInboundPorts.Select(p => $"tcp dport {p} return"), "meta l4proto tcp jump istio-in-redirect"],
        _ => settings.InboundPorts.Split(',').Select(p => $"tcp dport {p} jump istio-in-redirect"),
    };

    private IEnumerable<string> Proxy()
    {
        bool names = settings.Resolvers.Count > 0;
        foreach ((string owner, bool user) in (IEnumerable<(string, bool)>)[("skuid", true), ("skgid", false)])
        {
            foreach (string elsewhere in (string[])["ip daddr != 127.0.0.1", .. settings.HasIPv6 ? ["ip6 daddr != ::1"] : (string[])[]])
            {
                yield return $"oifname \"lo\" {elsewhere} tcp dport != {(names && user ? "{ 53, 15008 }" : "15008")} "
                    + $"meta {owner} {settings.ProxyId} jump istio-in-redirect";
            }

            yield return $"oifname \"lo\" {(names ? "tcp dport != 53 " : "")}meta {owner} != {settings.ProxyId} return";
            yield return $"meta {owner} {settings.ProxyId} return";
        }
    }

    private IEnumerable<string> Redirected(string protocol) =>
        settings.Resolvers.Select(r => $"{FamilyOf(r)} daddr {r} {protocol} dport 53 redirect to :15053");

    private string Raw() => $$"""
        table inet istio-proxy-raw {
          chain prerouting {
            type filter hook prerouting priority raw; policy accept;
            counter jump istio-inbound
          }
          chain output {
            type filter hook output priority raw; policy accept;
            counter jump istio-output-dns
          }
        {{Chain("istio-inbound", settings.Resolvers.Select(r => $"udp sport 53 {FamilyOf(r)} saddr {r} ct zone set 1"))}}
        {{Chain("istio-output-dns", [
            .. ((string[])["skuid", "skgid"]).SelectMany(owner => (string[])
            [
                $"udp dport 53 meta {owner} {settings.ProxyId} ct zone set 1", $"udp sport 15053 meta {owner} {settings.ProxyId} ct zone set 2",
            ]),
            .. settings.Resolvers.Select(r => $"udp dport 53 {FamilyOf(r)} daddr {r} ct zone set 2"),
        ])}}
        }

        """;

    private static string FamilyOf(System.Net.IPAddress address) =>
        address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork ? "ip" : "ip6";

    private static string Chain(string name, IEnumerable<string> rules) => $"  chain {name} {{\n{Lines(rules)}\n  }}";

    private static string Lines(IEnumerable<string> rules) => string.Join('\n', rules.Select(r => $"    {r}"));
}
