using System.CommandLine;
using Onboarding.AgentHost.Commands;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.AgentHostTests;

public sealed class CommandLineTests
{
    public static TheoryData<string> Commands
    {
        get
        {
            var data = new TheoryData<string>();
            foreach (Command command in All(AgentCommandLine.Build(TextWriter.Null, TextWriter.Null)))
            {
                data.Add(CommandExamples.PathOf(command));
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Each_command_has_help_with_examples_that_it_understands(string path)
    {
        (int code, string output, string errors) = await RunAsync([.. path.Split(' ')[1..], "--help"]);
        (code, errors).ShouldBe((0, ""));
        output.ShouldContain("Usage:");
        string[] examples = [.. output[output.IndexOf("Examples:", StringComparison.Ordinal)..].Split('\n').Select(l => l.Trim()).Skip(1).Where(l => l.Length > 0)];
        examples.ShouldNotBeEmpty();
        RootCommand root = AgentCommandLine.Build(TextWriter.Null, TextWriter.Null);
        foreach (string example in examples)
        {
            example.ShouldStartWith("onboarding-agent ");
            root.Parse(example["onboarding-agent ".Length..]).Errors.ShouldBeEmpty(example);
        }
    }

    [Theory]
    [InlineData("run --foo", "onboarding-agent run: Unrecognized command or argument '--foo'.")]
    [InlineData("statsu", "onboarding-agent: Unrecognized command or argument 'statsu'.")]
    [InlineData("sidecar", "onboarding-agent sidecar: Required command was not provided.")]
    [InlineData("sidecar stop --drain-timeout soon", "onboarding-agent sidecar stop: --drain-timeout is a number of seconds from 0 to 3600, not 'soon'.")]
    [InlineData("sidecar restart --drain-timeout -1", "onboarding-agent sidecar restart: --drain-timeout is a number of seconds from 0 to 3600, not '-1'.")]
    [InlineData("unregister --propagation-delay 5000000", "onboarding-agent unregister: --propagation-delay is a number of seconds from 0 to 3600, not '5000000'.")]
    [InlineData("register --come-back", "onboarding-agent register: --come-back is called --override-exclusion.")]
    [InlineData("status --output yaml", "onboarding-agent status: Cannot parse argument 'yaml' for option '--output'")]
    [InlineData("run --log-format xml", "onboarding-agent run: Cannot parse argument 'xml' for option '--log-format'")]
    [InlineData("run --onboarding-config", "onboarding-agent run: Required argument missing for option: '--onboarding-config'.")]
    public async Task Wrong_arguments_end_with_2_and_say_what_is_wrong_and_where_help_is(string line, string problem)
    {
        (int code, string output, string errors) = await RunAsync(line.Split(' '));
        code.ShouldBe(ExitCodes.Configuration);
        output.ShouldBeEmpty();
        errors.ShouldStartWith(problem);
        errors.ShouldEndWith($"Next: {problem[..problem.IndexOf(':', StringComparison.Ordinal)]} --help{Environment.NewLine}");
    }

    [Fact]
    public async Task Help_is_given_beside_wrong_arguments() =>
        (await RunAsync(["status", "--foo", "--help"])).Code.ShouldBe(ExitCodes.Success);

    [Fact]
    public async Task The_version_is_a_line() =>
        (await RunAsync(["version"])).Output.ShouldBe($"onboarding-agent {AgentVersion.Text}{Environment.NewLine}");

    private static IEnumerable<Command> All(Command command) => [command, .. command.Subcommands.Where(c => !c.Hidden).SelectMany(All)];

    private static async Task<(int Code, string Output, string Errors)> RunAsync(string[] arguments)
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        int code = await AgentCommandLine.RunAsync(arguments, output, errors);
        return (code, output.ToString(), errors.ToString());
    }
}
