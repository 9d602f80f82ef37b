using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.BootConfiguration;

/// <summary>Every rule of what istioctl writes, by its row: names of the control plane, cluster.env, mesh.yaml, labels, key order, scalars, hosts.</summary>
public sealed class RuleTests
{
    private static readonly Dictionary<string, Rule> Rules =
        ControlPlaneRules.All.Concat(ClusterEnvRules.All).Concat(MeshYamlRules.All).Concat(ScalarRules.All).ToDictionary(r => r.Row);

    public static TheoryData<string> Rows => [.. Rules.Keys];

    [Theory]
    [MemberData(nameof(Rows))]
    public void Row(string row)
    {
        Rule rule = Rules[row];
        string rendered = rule.Render();
        foreach (string text in rule.Shows)
        {
            if (text.StartsWith('!'))
            {
                rendered.ShouldNotContain(text[1..], Case.Sensitive, row);
            }
            else
            {
                rendered.ShouldContain(text, Case.Sensitive, row);
            }
        }
    }

    [Fact]
    public void There_are_more_rules_than_sixty() => Rules.Count.ShouldBeGreaterThanOrEqualTo(60);
}
