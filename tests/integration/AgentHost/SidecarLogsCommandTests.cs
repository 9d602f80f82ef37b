using Onboarding.AgentHost.Commands;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.AgentHostTests;

public sealed class SidecarLogsCommandTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private string Log => _directory["state/workloads/bookinfo.ratings/sidecar.log"];

    public SidecarLogsCommandTests()
    {
        File.WriteAllText(_directory["onboarding.yaml"], """
            apiVersion: config.agent.onboarding.tetrate.io/v1alpha1
            kind: OnboardingConfiguration
            onboardingEndpoint: { host: plane.example }
            workloadGroup: { namespace: bookinfo, name: ratings }
            """);
        File.WriteAllText(_directory["agent.yaml"], """
            apiVersion: config.agent.onboarding.tetrate.io/v1alpha1
            kind: AgentConfiguration
            sidecar: { command: { path: /bin/true } }
            """);
        Directory.CreateDirectory(Path.GetDirectoryName(Log)!);
    }

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Without_a_running_agent_the_configuration_says_where_they_are()
    {
        File.WriteAllLines(Log, Enumerable.Range(1, 100).Select(i => $"line {i}"));
        (int code, string output, string errors) = await RunAsync("--lines", "2");
        (code, errors).ShouldBe((ExitCodes.Success, ""));
        output.ShouldBe($"==> {Log} <==\nline 99\nline 100\n");
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_told_of_by_its_name() =>
        (await RunAsync()).Output.ShouldBeGolden();

    [Fact]
    public async Task Instructions_to_a_terminal_are_not_printed()
    {
        File.WriteAllText(Log, "a\u001b[2Jb\tc\r\nthe end");
        (await RunAsync()).Output.ShouldEndWith("\na\uFFFD[2Jb\tc\nthe end\n");
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("100001")]
    [InlineData("many")]
    public async Task A_number_of_lines_that_is_none_is_told(string lines)
    {
        (int code, _, string errors) = await RunAsync("--lines", lines);
        code.ShouldBe(ExitCodes.Configuration);
        errors.ShouldContain("--lines");
    }

    [Fact]
    public async Task Without_agent_and_configuration_it_says_what_is_missing()
    {
        File.WriteAllText(_directory["onboarding.yaml"], "nothing");
        (int code, _, string errors) = await RunAsync();
        code.ShouldBe(ExitCodes.Configuration);
        errors.ShouldContain("Next: ");
    }

    [Fact]
    public void What_is_appended_is_read_line_by_line_and_a_cut_file_from_its_begin()
    {
        var tail = new LogTail(Log);
        tail.Last(10).ShouldBeEmpty();
        File.WriteAllText(Log, "one\ntw");
        tail.More().ShouldBe(["one"]);
        File.AppendAllText(Log, "o\nthree\n");
        tail.More().ShouldBe(["two", "three"]);
        File.WriteAllText(Log, "cut\n");
        tail.More().ShouldBe(["cut"]);
        tail.More().ShouldBeEmpty();
    }

    private async Task<(int Code, string Output, string Errors)> RunAsync(params string[] arguments)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var errors = new StringWriter { NewLine = "\n" };
        string[] all =
        [
            "sidecar", "logs", .. arguments, "--state-directory", _directory["state"], "--onboarding-config", _directory["onboarding.yaml"],
            "--agent-config", _directory["agent.yaml"],
        ];
        int code = await AgentCommandLine.RunAsync(all, output, errors);
        return (code, output.ToString(), errors.ToString());
    }
}
