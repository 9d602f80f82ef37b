using System.Reflection;
using System.Xml.Linq;
using Onboarding.Testing;
using Onboarding.Tests.Results;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.Suite;

/// <summary>CI fails when a test skips for a reason that the committed list doesn't allow.</summary>
public sealed class AllowedSkipsTests
{
    private const string List = """
        # Comment.
        kube-apiserver   anywhere
        npm              outside   # Comment.
        """;

    [Theory]
    [InlineData("kube-apiserver: none on PATH", true, true)]
    [InlineData("kube-apiserver: none on PATH", false, true)]
    [InlineData("npm: missing", true, false)]
    [InlineData("npm: missing", false, true)]
    [InlineData("flaky on Mondays", false, false)]
    [InlineData("kube-apiserver", true, true)]
    [InlineData("kube-apiserver2: another", false, false)]
    [InlineData("", false, false)]
    public void A_test_skips_for_a_capability_of_the_list_alone(string reason, bool isCi, bool allowed) =>
        Summary.Create([Passed, Skipped(reason)], AllowedSkips.Parse(List), isCi).IsSuccess.ShouldBe(allowed);

    [Fact]
    public void A_skip_that_is_not_allowed_is_named()
    {
        Summary summary = Summary.Create([Passed, Skipped("npm: missing"), Skipped("kube-apiserver: none")], AllowedSkips.Parse(List), isCi: true);

        summary.Lines.ShouldBe([
            "skipped 1: kube-apiserver: none",
            "NOT ALLOWED TO SKIP: Suite.Skipped: npm: missing",
            "1 passed, 0 failed, 2 skipped",
        ]);
    }

    [Fact]
    public void A_failure_and_a_run_without_a_test_fail()
    {
        AllowedSkips list = AllowedSkips.Parse(List);

        Summary.Create([Passed, new ReportedTest("Suite.Bad", "Failed", "no")], list, isCi: false).IsSuccess.ShouldBeFalse();
        Summary.Create([Passed, new ReportedTest("Suite.Hung", "Timeout", "")], list, isCi: false).IsSuccess.ShouldBeFalse();
        Summary.Create([], list, isCi: false).IsSuccess.ShouldBeFalse();
    }

    [Fact]
    public void A_failure_is_told_with_its_reason_in_one_line()
    {
        var failed = new ReportedTest("Suite.Bad", "Failed", $"Expected:\n  1 {new string('x', 1000)}\n  2");

        string line = Summary.Create([Passed, failed], AllowedSkips.Parse(List), isCi: false).Lines[0];

        line.ShouldStartWith("FAILED: Suite.Bad: Expected: 1 xxx");
        line.ShouldEndWith("xxx 2");
        line.Length.ShouldBeLessThan(650);
    }

    [Theory]
    [InlineData("npm")]
    [InlineData("npm sometimes")]
    [InlineData("npm outside CI")]
    [InlineData("npm outside\nnpm anywhere")]
    public void A_list_that_can_not_be_read_is_refused(string list) => Should.Throw<FormatException>(() => AllowedSkips.Parse(list));

    [Fact]
    public void The_report_of_dotnet_test_is_read()
    {
        XDocument report = XDocument.Parse("""
            <TestRun xmlns="http://microsoft.com/schemas/VisualStudio/TeamTest/2010">
              <Results>
                <UnitTestResult testName="A.B(x: 1)" outcome="Passed" />
                <UnitTestResult testName="A.C" outcome="NotExecuted">
                  <Output><ErrorInfo><Message>root: unprivileged</Message></ErrorInfo></Output>
                </UnitTestResult>
              </Results>
            </TestRun>
            """);

        ReportedTest.Read(report).ShouldBe([new("A.B(x: 1)", "Passed", ""), new("A.C", "NotExecuted", "root: unprivileged")]);
    }

    [Fact]
    public void The_report_says_how_long_the_suite_ran()
    {
        XDocument report = XDocument.Parse("""
            <TestRun xmlns="http://microsoft.com/schemas/VisualStudio/TeamTest/2010">
              <Times start="2026-11-30T16:00:00.0000000+00:00" finish="2026-11-30T16:01:30.0000000+00:00" />
              <TestDefinitions><UnitTest><TestMethod codeBase="/x/bin/Onboarding.Tests.Unit.dll" className="A" name="B" /></UnitTest></TestDefinitions>
            </TestRun>
            """);

        SuiteTime.Read(report)!.ToString().ShouldBe("  1.5 min  Unit");
    }

    [Fact]
    public void The_committed_list_names_each_capability_that_a_test_can_require_and_lets_CI_lack_the_real_api_server_alone()
    {
        AllowedSkips list = AllowedSkips.Parse(File.ReadAllText(Path.Combine(Repository.Root, "tests", "allowed-skips")));
        string[] capabilities = [.. typeof(Capability).GetProperties(BindingFlags.Public | BindingFlags.Static).Select(p => ((Capability)p.GetValue(null)!).Name)];

        list.Capabilities.Order().ShouldBe(capabilities.Order());
        list.Capabilities.Where(c => list.Allows(c, isCi: true)).ShouldBe([Capability.KubeApiServer.Name]);
    }

    private static ReportedTest Passed { get; } = new("Suite.Passed", "Passed", "");

    private static ReportedTest Skipped(string reason) => new("Suite.Skipped", "NotExecuted", reason);
}
