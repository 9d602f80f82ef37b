namespace Onboarding.Tests.IstioPackage.Redirection;

/// <summary>The rules that one environment makes, in the order they are made; the same ones are undone by a cleanup in that environment.</summary>
internal static class RuleList
{
    private const string Raw = "raw";
    private const string Mangle = "mangle";
    private const string Nat = "nat";
    private const string Mark = "1337";
    private const string OutboundMark = "1338";

    /// <param name="settings">The environment.</param>
    /// <param name="family">IPv4 or IPv6.</param>
    public static IReadOnlyList<Rule> Create(RedirectionSettings settings, AddressFamilyNames family)
    {
        string[] resolvers = [.. settings.Resolvers.Where(r => r.AddressFamily == family.Family).Select(family.Single)];
        return
        [
            .. settings.VirtualInterfaces.Select(i => new Rule(Nat, "PREROUTING", $"-i {i} -j RETURN", 1)),
            new(Nat, "ISTIO_INBOUND", "-p tcp --dport 15008 -j RETURN"),
            new(Nat, "ISTIO_REDIRECT", "-p tcp -j REDIRECT --to-ports 15001"),
            new(Nat, "ISTIO_IN_REDIRECT", "-p tcp -j REDIRECT --to-ports 15006"),
            .. Inbound(settings, family),
            new(Nat, "OUTPUT", "-j ISTIO_OUTPUT"),
            new(Nat, "ISTIO_OUTPUT", $"-o lo -s {family.PassthroughSource} -j RETURN"),
            .. Proxy(settings, family),
            .. settings.ExcludedGroups.Select(g => new Rule(Nat, "ISTIO_OUTPUT", $"-m owner --gid-owner {g} -j RETURN")),
            .. settings.Resolvers.Count == 0 ? [] : Names(settings.ProxyId, resolvers),
            new(Nat, "ISTIO_OUTPUT", $"-d {family.Loopback} -j RETURN"),
            .. Outbound(settings),
            .. settings.IsTransparent ? Transparent(settings.ProxyId, family) : [],
        ];
    }

    private static IEnumerable<Rule> Inbound(RedirectionSettings settings, AddressFamilyNames family)
    {
        if (settings.InboundPorts.Length == 0)
        {
            yield break;
        }

        string table = settings.IsTransparent ? Mangle : Nat;
        if (settings.IsTransparent)
        {
            yield return new(Mangle, "ISTIO_DIVERT", $"-j MARK --set-mark {Mark}");
            yield return new(Mangle, "ISTIO_DIVERT", "-j ACCEPT");
            yield return new(
                Mangle, "ISTIO_TPROXY", $"! -d {family.Loopback} -p tcp -j TPROXY --tproxy-mark {Mark}/0xffffffff --on-port 15006");
        }

        yield return new(table, "PREROUTING", "-p tcp -j ISTIO_INBOUND");
        bool all = settings.InboundPorts == "*";
        foreach (string port in all ? settings.ExcludedInboundPorts : [])
        {
            yield return new(table, "ISTIO_INBOUND", $"-p tcp --dport {port} -j RETURN");
        }

        foreach (string match in all ? ["-p tcp"] : settings.InboundPorts.Split(',').Select(p => $"-p tcp --dport {p}"))
        {
            if (settings.IsTransparent)
            {
                yield return new(Mangle, "ISTIO_INBOUND", $"{match} -m conntrack --ctstate RELATED,ESTABLISHED -j ISTIO_DIVERT");
            }

            yield return new(table, "ISTIO_INBOUND", $"{match} -j {(settings.IsTransparent ? "ISTIO_TPROXY" : "ISTIO_IN_REDIRECT")}");
        }
    }

    // The proxy's own traffic, by its user and by its group.
    private static IEnumerable<Rule> Proxy(RedirectionSettings settings, AddressFamilyNames family)
    {
        bool names = settings.Resolvers.Count > 0;
        string others = names ? "-p tcp ! --dport 53 " : "";
        foreach ((string owner, bool user) in (IEnumerable<(string, bool)>)[("--uid-owner", true), ("--gid-owner", false)])
        {
            string ports = names && user ? "-m multiport ! --dports 53,15008" : "! --dport 15008";
            yield return new(
                Nat, "ISTIO_OUTPUT", $"-o lo ! -d {family.Loopback} -p tcp {ports} -m owner {owner} {settings.ProxyId} -j ISTIO_IN_REDIRECT");
            yield return new(Nat, "ISTIO_OUTPUT", $"-o lo {others}-m owner ! {owner} {settings.ProxyId} -j RETURN");
            yield return new(Nat, "ISTIO_OUTPUT", $"-m owner {owner} {settings.ProxyId} -j RETURN");
        }
    }

    // Queries to the machine's resolvers go to pilot-agent; its own and the answers are kept apart by conntrack zones.
    private static IEnumerable<Rule> Names(uint proxy, IReadOnlyList<string> resolvers) =>
    [
        new(Raw, "OUTPUT", "-j ISTIO_OUTPUT_DNS"),
        .. resolvers.Take(1).Select(_ => new Rule(Nat, "ISTIO_OUTPUT", "-j ISTIO_OUTPUT_DNS")),
        .. resolvers.Select(r => new Rule(Nat, "ISTIO_OUTPUT_DNS", $"-p tcp --dport 53 -d {r} -j REDIRECT --to-ports 15053")),
        .. resolvers.Select(r => new Rule(Nat, "ISTIO_OUTPUT_DNS", $"-p udp --dport 53 -d {r} -j REDIRECT --to-port 15053")),
        .. ((string[])["--uid-owner", "--gid-owner"]).SelectMany(owner => (Rule[])
        [
            new(Raw, "ISTIO_OUTPUT_DNS", $"-p udp --dport 53 -m owner {owner} {proxy} -j CT --zone 1"),
            new(Raw, "ISTIO_OUTPUT_DNS", $"-p udp --sport 15053 -m owner {owner} {proxy} -j CT --zone 2"),
        ]),
        .. resolvers.Take(1).Select(_ => new Rule(Raw, "PREROUTING", "-j ISTIO_INBOUND")),
        .. resolvers.SelectMany(r => (Rule[])
        [
            new(Raw, "ISTIO_OUTPUT_DNS", $"-p udp --dport 53 -d {r} -j CT --zone 2"),
            new(Raw, "ISTIO_INBOUND", $"-p udp --sport 53 -s {r} -j CT --zone 1"),
        ]),
    ];

    private static IEnumerable<Rule> Outbound(RedirectionSettings settings) => settings.ServiceRanges != "*" ? [] :
    [
        new(Nat, "ISTIO_OUTPUT", "-j ISTIO_REDIRECT"),
        .. settings.VirtualInterfaces.Select(i => new Rule(Nat, "PREROUTING", $"-i {i} -j ISTIO_REDIRECT", 1)),
    ];

    private static IEnumerable<Rule> Transparent(uint proxy, AddressFamilyNames family) =>
    [
        new(Mangle, "PREROUTING", $"-p tcp -m mark --mark {Mark} -j CONNMARK --save-mark"),
        new(Mangle, "OUTPUT", $"-p tcp -o lo -m mark --mark {Mark} -j RETURN"),
        .. ((string[])["--uid-owner", "--gid-owner"]).Select(owner => new Rule(
            Mangle, "OUTPUT", $"! -d {family.Loopback} -p tcp -o lo -m owner {owner} {proxy} -j MARK --set-mark {OutboundMark}")),
        new(Mangle, "OUTPUT", $"-p tcp -m connmark --mark {Mark} -j CONNMARK --restore-mark"),
        new(Mangle, "ISTIO_INBOUND", $"-p tcp -m mark --mark {Mark} -j RETURN", 1),
        new(Mangle, "ISTIO_INBOUND", $"-p tcp -s {family.PassthroughSource} -i lo -j RETURN", 2),
        new(Mangle, "ISTIO_INBOUND", $"-p tcp -i lo -m mark ! --mark {OutboundMark} -j RETURN", 3),
    ];
}
