using Shouldly;

namespace Onboarding.Tests.E2E.Machines;

/// <summary>What an agent, and the sidecar that it runs, have to leave as they found it.</summary>
/// <param name="Rules">Every rule, chain and policy of the firewall, in each of its forms.</param>
/// <param name="Files">Keys, certificates and tokens of the sidecar.</param>
/// <param name="Hosts">Names of other machines.</param>
internal sealed record MachineState(string Rules, string Files, string Hosts)
{
    private static readonly string[] Forms =
    [
        "iptables-save", "ip6tables-save", "iptables-nft-save", "ip6tables-nft-save", "iptables-legacy-save", "ip6tables-legacy-save",
    ];

    public static async Task<MachineState> OfAsync(Machine machine)
    {
        string listed = await machine.RunAsync(string.Join('\n', Forms.Select(f => $"echo '== {f}'; {f} 2>/dev/null")) + "\necho '== nft'; nft list ruleset");
        return new MachineState(
            string.Join('\n', listed.Split('\n').Where(IsOfSomebody)),
            await machine.RunAsync("find /etc/certs /run/secrets -printf '%p %y %m %u:%g\\n' 2>/dev/null | sort"),
            await machine.RunAsync("cat /etc/hosts"));
    }

    /// <summary>Nothing of Istio's is there, and all that was is.</summary>
    public void ShouldBeBefore(MachineState before)
    {
        Rules.ShouldNotContain("istio", Case.Insensitive);
        Rules.ShouldBe(before.Rules);
        Files.ShouldBe(before.Files);
        Hosts.ShouldBe(before.Hosts);
    }

    // Empty tables and chains of the kernel's own come and go with anyone who looks at them.
    private static bool IsOfSomebody(string line) =>
        line.StartsWith("== ", StringComparison.Ordinal)
        || line.StartsWith("-A ", StringComparison.Ordinal)
        || (line.StartsWith(':') && !line.Contains(" ACCEPT ", StringComparison.Ordinal) && !line.Contains('[', StringComparison.Ordinal))
        || line.Contains("istio", StringComparison.OrdinalIgnoreCase)
        || line.Contains("policy drop", StringComparison.Ordinal);
}
