using Onboarding.Client.Processes;

namespace Onboarding.Client.Sidecar.Istio.Redirection;

/// <summary>The rules of this machine (of its network namespace), in every form that Istio may have made some in.</summary>
internal sealed class MachineRules
{
    private readonly List<(string Tool, string Saved)> _iptables = [];
    // Istio's source of what the sidecar passes on to the workload over IPv6; it puts it on the loopback interface, and leaves it there.
    private const string PassthroughAddress = "::6/128";

    private readonly List<(string Family, string Tool, string Shown, IReadOnlyList<string> Tables)> _routing = [];
    private readonly List<string> _unseen = [];
    private (string Tool, string Tables)? _nftables;
    private RedirectionPart? _address;

    private MachineRules()
    {
    }

    /// <summary>Which forms couldn't be looked at, and why: who isn't root sees none.</summary>
    public IReadOnlyList<string> Unseen => _unseen;

    /// <summary>What <c>iptables-save</c> printed, for each backend and family.</summary>
    public IEnumerable<string> Iptables => _iptables.Select(i => i.Saved);

    /// <summary>The tables of nftables, as <c>nft list tables</c> prints them.</summary>
    public string NftablesTables => _nftables?.Tables ?? "";

    /// <summary>The chains of nftables with their hooks and policies, as <c>nft list chains</c> prints them.</summary>
    public string NftablesChains { get; private set; } = "";

    /// <summary>What of Istio's redirection is in force, in the order in which it can be removed.</summary>
    /// <param name="wasMade">True if Istio is known to have made some here, though what shows that may be gone already.</param>
    public IReadOnlyList<RedirectionPart> Redirection(bool wasMade = false) =>
        _address is { } address && (wasMade || Rules.Count > 0) ? [.. Rules, address] : Rules;

    private IReadOnlyList<RedirectionPart> Rules =>
    [
        .. _iptables.SelectMany(i => IptablesRules.Find(i.Saved, i.Tool)),
        .. _nftables is { } nft ? Sidecar.Istio.Redirection.NftablesTables.Find(nft.Tables, nft.Tool) : [],
        .. _routing.SelectMany(r => PolicyRoutes.Find(r.Shown, r.Tables, r.Family, r.Tool)),
    ];

    /// <summary>Reads them.</summary>
    public static async Task<MachineRules> ReadAsync(MachineTools tools)
    {
        var rules = new MachineRules();
        foreach ((string tool, string save) in Backends(tools))
        {
            await rules.ReadAsync(save, [], saved => rules._iptables.Add((tool, saved)));
        }

        if (tools.Find("nft") is { } nft)
        {
            await rules.ReadAsync(nft, ["list", "tables"], tables => rules._nftables = (nft, tables));
            await rules.ReadAsync(nft, ["list", "chains"], chains => rules.NftablesChains = chains);
        }

        if (tools.Find("ip") is { } ip)
        {
            foreach (string family in (string[])["-4", "-6"])
            {
                string? shown = null;
                await rules.ReadAsync(ip, [family, "rule", "show"], output => shown = output);
                List<string> tables = [];
                foreach (string table in PolicyRoutes.Tables(shown ?? ""))
                {
                    FinishedCommand routes = await MachineTools.RunAsync(ip, [family, "route", "show", "table", table]);
                    tables.AddRange(PolicyRoutes.IsIstios(table, routes.Output) ? [table] : []);
                }

                rules._routing.Add((family, ip, shown ?? "", tables));
            }

            // A kernel without IPv6 fails here, and has none.
            FinishedCommand loopback = await MachineTools.RunAsync(ip, ["-6", "-oneline", "address", "show", "dev", "lo"]);
            rules._address = loopback.Output.Contains($"inet6 {PassthroughAddress} ", StringComparison.Ordinal)
                ? new RedirectionPart($"address {PassthroughAddress} of lo", ip, ["-6", "address", "del", PassthroughAddress, "dev", "lo"])
                : null;
        }

        return rules;
    }

    private async Task ReadAsync(string program, string[] arguments, Action<string> read)
    {
        FinishedCommand seen = await MachineTools.RunAsync(program, arguments);
        if (seen.Succeeded)
        {
            read(seen.Output);
        }
        else
        {
            _unseen.Add($"{program}: {seen.Errors.Trim()}");
        }
    }

    // A machine with both backends can have rules in both, whichever of them `iptables` means today.
    private static IEnumerable<(string Tool, string Save)> Backends(MachineTools tools)
    {
        foreach (string family in (string[])["iptables", "ip6tables"])
        {
            (string, string)[] named = [.. Installed(tools, $"{family}-nft"), .. Installed(tools, $"{family}-legacy")];
            foreach ((string, string) backend in named.Length > 0 ? named : Installed(tools, family))
            {
                yield return backend;
            }
        }
    }

    private static (string Tool, string Save)[] Installed(MachineTools tools, string name) =>
        (tools.Find(name), tools.Find($"{name}-save")) is ({ } tool, { } save) ? [(tool, save)] : [];
}
