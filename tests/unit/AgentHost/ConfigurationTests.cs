using System.Text;
using Onboarding.AgentHost.Commands;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.AgentHostTests;

public sealed class ConfigurationTests : IDisposable
{
    private const string Head = "apiVersion: config.agent.onboarding.tetrate.io/v1alpha1\nkind: OnboardingConfiguration\n";
    private const string Good = Head + "onboardingEndpoint: {host: localhost}\nworkloadGroup: {namespace: bookinfo, name: ratings}\n";
    private const string GoodAgent = "apiVersion: config.agent.onboarding.tetrate.io/v1alpha1\nkind: AgentConfiguration\n";
    private readonly TemporaryDirectory _directory = new();

    public static TheoryData<string> Bad =>
    [
        "a tab", "a duplicate key", "an unknown field", "a wrong type", "another kind", "another apiVersion", "nothing",
        "deep nesting", "an alias bomb", "fifty megabytes",
    ];

    private string Onboarding => _directory["onboarding.config.yaml"];

    private string Agent => _directory["agent.config.yaml"];

    public void Dispose() => _directory.Dispose();

    [Theory]
    [MemberData(nameof(Bad))]
    public async Task The_agent_does_not_start_with(string what)
    {
        (string content, string told) = what switch
        {
            "a tab" => (Head + "onboardingEndpoint:\n\thost: localhost\n", ":4:1: a tab can't indent YAML"),
            "a duplicate key" => (Good + "workloadGroup: {namespace: a, name: b}\n", ":5:"),
            "an unknown field" => (Good + "worklod: {}\n", "worklod"),
            "a wrong type" => (Head + "onboardingEndpoint: {host: localhost, port: many}\nworkloadGroup: {namespace: a, name: b}\n", "onboardingEndpoint.port"),
            "another kind" => (Good.Replace("kind: OnboardingConfiguration", "kind: AgentConfiguration", StringComparison.Ordinal), "kind"),
            "another apiVersion" => (Good.Replace("v1alpha1", "v9", StringComparison.Ordinal), "apiVersion"),
            "nothing" => ("", "empty"),
            "deep nesting" => (Head + "workload: " + new string('[', 10_000), "deep"),
            "an alias bomb" => (AliasBomb(), ""),
            _ => ("# " + new string('x', 50_000_000), ""),
        };
        File.WriteAllText(Onboarding, content);
        (int exitCode, _, string errors) = await InvokeAsync("run");
        exitCode.ShouldBe(ExitCodes.Configuration);
        errors.ShouldContain($"{Onboarding}:");
        errors.ShouldContain(told);
        errors.ShouldContain("[ConfigurationInvalid]");
        errors.ShouldContain($"Next: correct them, then run onboarding-agent validate --onboarding-config {Onboarding}");
        errors.Length.ShouldBeLessThan(20_000, "what is wrong, not the file itself");
    }

    [Fact]
    public async Task The_agent_does_not_start_without_its_configuration()
    {
        (int exitCode, _, string errors) = await InvokeAsync("run");
        exitCode.ShouldBe(ExitCodes.Configuration);
        errors.ShouldBeGolden();
        errors.ShouldContain("[ConfigurationMissing]");
    }

    [Fact]
    public async Task The_agent_does_not_start_with_a_directory_for_a_configuration()
    {
        Directory.CreateDirectory(Onboarding);
        (int exitCode, _, string errors) = await InvokeAsync("run");
        exitCode.ShouldBe(ExitCodes.Configuration);
        errors.ShouldContain("[ConfigurationUnreadable]");
    }

    [Fact]
    public async Task The_published_flags_without_a_command_mean_run()
    {
        (int exitCode, _, string errors) = await InvokeAsync();
        exitCode.ShouldBe(ExitCodes.Configuration);
        errors.ShouldContain("[ConfigurationMissing]");
    }

    [Fact]
    public async Task All_problems_of_both_files_are_shown_at_once()
    {
        File.WriteAllText(Onboarding, Head + "onboardingEndpoint: {host: 'x y', port: 70000}\n");
        File.WriteAllText(Agent, GoodAgent + "host: {custom: {credential: []}}\n");
        (int exitCode, string output, _) = await InvokeAsync("validate");
        exitCode.ShouldBe(ExitCodes.Configuration);
        output.ShouldContain($"{Onboarding}:3:28: onboardingEndpoint.host: ");
        output.ShouldContain($"{Onboarding}:3:41: onboardingEndpoint.port: ");
        output.ShouldBeGolden();
        output.ShouldContain($"{Agent}:3:");
        output.ShouldNotContain("valid:");
    }

    [Fact]
    public async Task The_appendix_is_valid_as_it_is()
    {
        File.WriteAllText(
            Onboarding,
            """
            apiVersion: config.agent.onboarding.tetrate.io/v1alpha1
            kind: OnboardingConfiguration
            onboardingEndpoint:                            # connect to
              host: onboarding-endpoint.your-company.corp
            workloadGroup:                                 # join to
              namespace: bookinfo
              name: ratings

            """);
        File.WriteAllText(Agent, GoodAgent);
        (int exitCode, string output, _) = await InvokeAsync("validate");
        exitCode.ShouldBe(ExitCodes.Success);
        output.ShouldContain($"{Agent}: valid");
    }

    [Fact]
    public async Task Skipping_verification_is_valid_but_warned_of()
    {
        File.WriteAllText(
            Onboarding,
            Good.Replace("{host: localhost}", "{host: localhost, transportSecurity: {tls: {insecureSkipVerify: true}}}", StringComparison.Ordinal));
        File.WriteAllText(Agent, GoodAgent);
        (int exitCode, string output, _) = await InvokeAsync("validate");
        exitCode.ShouldBe(ExitCodes.Success);
        output.ShouldContain("warning: onboardingEndpoint.transportSecurity.tls.insecureSkipVerify");
    }

    [Fact]
    public async Task A_path_of_ones_own_that_leads_nowhere_is_a_mistake()
    {
        File.WriteAllText(Onboarding, Good);
        (int exitCode, string output, _) = await InvokeAsync("validate");
        exitCode.ShouldBe(ExitCodes.Configuration);
    }

    [Fact]
    public async Task A_state_directory_that_is_not_safe_ends_the_start_with_a_way_out()
    {
        File.WriteAllText(Onboarding, Good);
        File.WriteAllText(Agent, GoodAgent);
        Directory.CreateDirectory(_directory["state"], (UnixFileMode)0b111_101_101);
        (int exitCode, _, string errors) = await InvokeAsync("run", "--log-format", "json");
        exitCode.ShouldBe(ExitCodes.Failure);
        errors.ShouldContain("\"event\":\"AgentFailed\"");
        errors.ShouldContain("[StateDirectoryUnsafe]");
        errors.ShouldContain($"Next: chmod 0700 {_directory["state"]}");
    }

    [Fact]
    public async Task The_version_is_printed()
    {
        (int exitCode, string output, _) = await InvokeAsync("version");
        exitCode.ShouldBe(0);
        output.ShouldMatch(@"^onboarding-agent v\d+\.\d+\.\d+");
    }

    private static string AliasBomb()
    {
        var yaml = new StringBuilder(Head + "workload:\n  a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (int i = 1; i < 12; i++)
        {
            string aliases = string.Join(", ", Enumerable.Repeat($"*a{i - 1}", 10));
            yaml.Append("  a").Append(i).Append(": &a").Append(i).Append(" [").Append(aliases).Append("]\n");
        }

        return yaml.ToString();
    }

    private async Task<(int ExitCode, string Output, string Errors)> InvokeAsync(params string[] arguments)
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        int exitCode = await AgentCommandLine.Build(output, errors)
            .Parse([.. arguments, "--onboarding-config", Onboarding, "--agent-config", Agent, "--state-directory", _directory["state"]])
            .InvokeAsync();
        return (exitCode, output.ToString(), errors.ToString());
    }
}
