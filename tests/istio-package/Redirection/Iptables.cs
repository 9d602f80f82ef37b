using System.Text;

namespace Onboarding.Tests.IstioPackage.Redirection;

/// <summary>Makes and removes the rules with the machine's iptables.</summary>
internal sealed class Iptables(RedirectionSettings settings)
{
    private IEnumerable<AddressFamilyNames> Families => settings.HasIPv6 ? [AddressFamilyNames.IPv4, AddressFamilyNames.IPv6] : [AddressFamilyNames.IPv4];

    /// <summary>Undoes each rule of this environment, then each of its chains. What another one made matches nothing here, and stays.</summary>
    public void Remove()
    {
        foreach (AddressFamilyNames family in Families)
        {
            Rule[] rules = [.. RuleList.Create(settings, family).Reverse()];
            foreach (Rule rule in rules)
            {
                MachineProgram.Try(Program(family), $"-w 30 -t {rule.Table} {rule.Deleted}");
            }

            foreach ((string table, string chain) in rules.Where(r => r.IsOwnChain).Select(r => (r.Table, r.Chain)).Distinct())
            {
                MachineProgram.Try(Program(family), $"-w 30 -t {table} -F {chain}");
                MachineProgram.Try(Program(family), $"-w 30 -t {table} -X {chain}");
            }
        }
    }

    /// <summary>Makes the rules, table by table in the order of their names; a chain that is there already is an error.</summary>
    /// <exception cref="MachineProgramException">iptables-restore refuses them; the tables before the refused one are in force.</exception>
    public void Apply()
    {
        foreach (AddressFamilyNames family in Families)
        {
            MachineProgram.Run(Program(family, "-restore"), "--noflush -w 30", Restored(RuleList.Create(settings, family)));
        }
    }

    public string Saved() => MachineProgram.Run(Program(AddressFamilyNames.IPv4, "-save"), "");

    private static string Restored(IReadOnlyList<Rule> rules)
    {
        var text = new StringBuilder();
        foreach (IGrouping<string, Rule> table in rules.GroupBy(r => r.Table).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            text.Append("* ").Append(table.Key).Append('\n');
            foreach (string chain in table.Where(r => r.IsOwnChain).Select(r => r.Chain).Distinct())
            {
                text.Append("-N ").Append(chain).Append('\n');
            }

            foreach (Rule rule in table)
            {
                text.Append(rule.Added).Append('\n');
            }

            text.Append("COMMIT\n");
        }

        return text.ToString();
    }

    private string Program(AddressFamilyNames family, string suffix = "") =>
        $"{family.Program}{(settings.IptablesBinary.Length > 0 ? $"-{settings.IptablesBinary}" : "")}{suffix}";
}
