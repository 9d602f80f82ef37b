using System.CommandLine;
using System.Text.Json.Nodes;
using Onboarding.AgentHost.Commands;
using Onboarding.Testing;
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

    [Theory]
    [InlineData("check", "--output", "xml")]
    [InlineData("status", "--log-format", "xml")]
    public async Task A_value_that_is_none_of_a_few_is_told_without_a_type_of_the_program(params string[] arguments)
    {
        (int code, _, string errors) = await RunAsync(arguments);

        code.ShouldBe(ExitCodes.Configuration);
        errors.ShouldContain("xml");
        errors.ShouldContain("Json");
        errors.ShouldNotContain("Onboarding.");
    }

    [Fact]
    public async Task The_version_is_a_line() =>
        (await RunAsync(["version"])).Output.ShouldBe($"onboarding-agent {AgentVersion.Text}{Environment.NewLine}");

    [Fact]
    public async Task The_version_is_an_object_too() =>
        JsonNode.Parse((await RunAsync(["version", "--json"])).Output)!["version"]!.ToString().ShouldBe(AgentVersion.Text);

    [Theory]
    [MemberData(nameof(Commands))]
    public void Each_command_takes_json(string path) =>
        AgentCommandLine.Build(TextWriter.Null, TextWriter.Null).Parse([.. path.Split(' ')[1..], "--json"]).Errors
            .ShouldNotContain(e => e.Message.Contains("--json", StringComparison.Ordinal));

    [Fact]
    public async Task Config_show_prints_what_the_agent_reads_and_no_secret()
    {
        using var directory = new TemporaryDirectory();
        string[] files = Write(directory);

        (int code, string text, string errors) = await RunAsync(["config", "show", .. files]);
        (code, errors).ShouldBe((0, ""));
        text.ShouldContain("name: ratings");
        text.ShouldContain("path: /usr/bin/plugin");
        text.ShouldNotContain("hunter2");
        JsonNode json = JsonNode.Parse((await RunAsync(["config", "show", "--json", .. files])).Output)!;
        json["agent"]!["host"]!["custom"]!["credential"]![0]!["plugin"]!["env"]![0]!["value"]!.ToString().ShouldBe("[redacted]");
        json["onboarding"]!["workloadGroup"]!["name"]!.ToString().ShouldBe("ratings");
    }

    [Fact]
    public async Task Config_validate_names_each_problem_as_an_object()
    {
        using var directory = new TemporaryDirectory();
        string[] files = Write(directory);
        (await RunAsync(["config", "validate", .. files])).Code.ShouldBe(ExitCodes.Success);
        await File.AppendAllTextAsync(directory["agent.yaml"], "nonsense: 1\n");

        (int code, string output, _) = await RunAsync(["config", "validate", "--json", .. files]);
        code.ShouldBe(ExitCodes.Configuration);
        JsonNode json = JsonNode.Parse(output)!;
        ((bool)json["valid"]!).ShouldBeFalse();
        json["problems"]![0]!["path"]!.ToString().ShouldBe("nonsense");
        json["problems"]![0]!["file"]!.ToString().ShouldBe(directory["agent.yaml"]);
        (await RunAsync(["config", "show", .. files])).Code.ShouldBe(ExitCodes.Configuration);
    }

    [Theory]
    [InlineData(false, null, "xterm", true)]
    [InlineData(true, null, "xterm", false)]
    [InlineData(false, "1", "xterm", false)]
    [InlineData(false, null, "dumb", false)]
    [InlineData(false, null, null, false)]
    public void Colours_are_for_terminals(bool isRedirected, string? noColour, string? term, bool expected) =>
        OutputChoice.AllowsColour(isRedirected, name => name == "TERM" ? term : noColour).ShouldBe(expected);

    private static string[] Write(TemporaryDirectory directory)
    {
        File.WriteAllText(directory["onboarding.yaml"], """
            apiVersion: config.agent.onboarding.tetrate.io/v1alpha1
            kind: OnboardingConfiguration
            onboardingEndpoint:
              host: onboarding.example.com
            workloadGroup:
              namespace: bookinfo
              name: ratings

            """);
        File.WriteAllText(directory["agent.yaml"], """
            apiVersion: config.agent.onboarding.tetrate.io/v1alpha1
            kind: AgentConfiguration
            host:
              custom:
                credential:
                - plugin:
                    name: demo
                    path: /usr/bin/plugin
                    env:
                    - name: PASSWORD
                      value: hunter2

            """);
        return ["--onboarding-config", directory["onboarding.yaml"], "--agent-config", directory["agent.yaml"]];
    }

    private static IEnumerable<Command> All(Command command) => [command, .. command.Subcommands.Where(c => !c.Hidden).SelectMany(All)];

    private static async Task<(int Code, string Output, string Errors)> RunAsync(string[] arguments)
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        int code = await AgentCommandLine.RunAsync(arguments, output, errors);
        return (code, output.ToString(), errors.ToString());
    }
}
