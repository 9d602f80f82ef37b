using System.Xml.Linq;
using Onboarding.AgentHost.Commands;
using Onboarding.Client.Checks;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.AgentHostTests;

/// <summary>How checks are printed.</summary>
public class CheckOutputTests
{
    [Fact]
    public void JUnit_has_a_case_for_each_check_and_counts_them()
    {
        OnboardingCheckResult[] results =
        [
            Result("clock", CheckStatus.Pass), Result("disk", CheckStatus.Warn), Result("tls", CheckStatus.Fail), Result("policy", CheckStatus.Skipped),
        ];

        XElement suite = XDocument.Parse(JUnitReport.Write(results)).Root!;

        suite.Attributes().Where(a => a.Name.LocalName is "tests" or "failures" or "skipped").Select(a => a.Value).ShouldBe(["4", "1", "1"]);
        suite.Elements("testcase").Select(c => (string)c.Attribute("name")!).ShouldBe(["clock", "disk", "tls", "policy"]);
        XElement failure = suite.Descendants("failure").Single();
        ((string)failure.Attribute("message")!).ShouldBeGolden();
        ((string)failure.Attribute("type")!).ShouldBe("SomeError");
        failure.Value.ShouldContain("openssl <x>");
        suite.Descendants("skipped").Single().Parent!.Attribute("name")!.Value.ShouldBe("policy");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_status_has_a_colour_only_where_there_may_be_one(bool isColoured) =>
        CheckCommand.Text(Result("tls", CheckStatus.Fail), isColoured).Contains('\e').ShouldBe(isColoured);

    private static OnboardingCheckResult Result(string name, CheckStatus status) => new()
    {
        Category = "Plane",
        Name = name,
        Status = status,
        Detail = $"<what> & \"why\" of {name}",
        Remediation = "openssl <x>",
        ErrorId = "SomeError",
        Duration = TimeSpan.FromSeconds(1.5),
        DependsOn = [],
    };
}
