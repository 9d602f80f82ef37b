using System.CommandLine;
using Onboarding.AgentHost.Commands;
using Onboarding.Api.Reading;
using Onboarding.Client.Configuration;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.AgentHostTests;

/// <summary>Containers, on ECS above all, are configured by environment variables that hold the texts themselves.</summary>
public sealed class ConfigurationVariablesTests : IDisposable
{
    private const string Onboarding =
        "apiVersion: config.agent.onboarding.tetrate.io/v1alpha1\nkind: OnboardingConfiguration\n"
        + "onboardingEndpoint: {host: plane.corp.example}\nworkloadGroup: {namespace: bookinfo, name: ratings}\n";

    private const string Agent = "apiVersion: config.agent.onboarding.tetrate.io/v1alpha1\nkind: AgentConfiguration\n";
    private readonly TemporaryDirectory _directory = new();
    private readonly Dictionary<string, string> _environment = new() { ["ONBOARDING_CONFIG"] = Onboarding };

    // An agent that took what it should refuse ends here, instead of trying to join for as long as the tests run.
    public ConfigurationVariablesTests() => Directory.CreateDirectory(_directory["state"], (UnixFileMode)0b111_101_101);

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task The_texts_in_the_variables_are_the_configuration()
    {
        using var certificates = new TestCertificates();
        _environment["AGENT_CONFIG"] = Agent + "sidecar: {istio: {revision: 1-32}}\n";
        _environment["ONBOARDING_AGENT_ROOT_CERTS"] = certificates.AuthorityPem;

        (int exitCode, string output, _) = await InvokeAsync("validate");

        exitCode.ShouldBe(ExitCodes.Success);
        output.ShouldBeGolden();
        output.ShouldContain("AGENT_CONFIG: valid");
        output.ShouldContain("ONBOARDING_AGENT_ROOT_CERTS: valid");
    }

    [Fact]
    public async Task They_may_be_JSON_as_task_definitions_are()
    {
        _environment["ONBOARDING_CONFIG"] = """
            {"apiVersion": "config.agent.onboarding.tetrate.io/v1alpha1", "kind": "OnboardingConfiguration",
             "onboardingEndpoint": {"host": "plane.corp.example"}, "workloadGroup": {"namespace": "bookinfo", "name": "ratings"}}
            """;

        (await InvokeAsync("validate")).Output.ShouldContain("ONBOARDING_CONFIG: valid: joins bookinfo/ratings");
    }

    [Fact]
    public async Task A_flag_comes_before_the_variable()
    {
        string file = Write("onboarding.yaml", Onboarding.Replace("ratings", "reviews", StringComparison.Ordinal));

        string output = (await InvokeAsync("validate", "--onboarding-config", file)).Output;

        output.ShouldContain($"{file}: valid: joins bookinfo/reviews");
        output.ShouldNotContain("ONBOARDING_CONFIG");
    }

    [Fact]
    public async Task One_of_the_two_may_be_a_file()
    {
        string file = Write("agent.yaml", Agent);

        string output = (await InvokeAsync("validate", "--agent-config", file)).Output;

        output.ShouldContain("ONBOARDING_CONFIG: valid");
        output.ShouldContain($"{file}: valid");
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \n")]
    public async Task A_variable_with_nothing_in_it_is_one_that_is_not_set(string nothing)
    {
        _environment["AGENT_CONFIG"] = nothing;
        _environment["ONBOARDING_AGENT_ROOT_CERTS"] = nothing;

        (int exitCode, string output, _) = await InvokeAsync("validate", "--agent-config", Write("agent.yaml", Agent));

        exitCode.ShouldBe(ExitCodes.Success);
        output.ShouldContain("ONBOARDING_CONFIG: valid");
        output.ShouldNotContain("AGENT_CONFIG");
        output.ShouldNotContain("ROOT_CERTS");
    }

    [Theory]
    [InlineData("ONBOARDING_CONFIG", "onboardingEndpoint: {host: 'x y'}", "ONBOARDING_CONFIG:", "onboardingEndpoint.host: ")]
    [InlineData("AGENT_CONFIG", "host: {custom: {credential: []}}", "AGENT_CONFIG:3:", "host.custom")]
    [InlineData("AGENT_CONFIG", "sidcar: {}", "AGENT_CONFIG:3:1: ", "sidcar")]
    public async Task What_is_wrong_in_a_variable_is_told_with_its_name_and_the_place_inside(string name, string line, string place, string path)
    {
        _environment[name] = (name == "AGENT_CONFIG" ? Agent : Onboarding.Replace("onboardingEndpoint: {host: plane.corp.example}\n", "", StringComparison.Ordinal)) + line + "\n";

        (int exitCode, _, string errors) = await InvokeAsync("run");

        exitCode.ShouldBe(ExitCodes.Configuration);
        errors.ShouldContain(place);
        errors.ShouldContain(path);
        errors.ShouldContain("[ConfigurationInvalid]");
        errors.ShouldBeGolden();
        errors.ShouldNotContain("--onboarding-config");
    }

    [Fact]
    public async Task A_path_where_the_text_belongs_is_a_mistake_that_is_explained()
    {
        _environment["ONBOARDING_CONFIG"] = Write("onboarding.yaml", Onboarding);

        (int exitCode, _, string errors) = await InvokeAsync("run");

        exitCode.ShouldBe(ExitCodes.Configuration);
        errors.ShouldContain("not a path");
    }

    [Fact]
    public void Without_a_file_and_without_a_variable_the_variable_is_named()
    {
        var problem = new Problem { Reason = ProblemReason.Unreadable, Message = "it doesn't exist" };

        new LoadedConfiguration(null, null, [new FileProblem(ConfigurationPaths.DefaultOnboarding, problem)]).NextStep
            .ShouldBeGolden();
        new LoadedConfiguration(null, null, [new FileProblem("/home/me/onboarding.yaml", problem)]).NextStep.ShouldNotContain("ONBOARDING_CONFIG");
    }

    [Theory]
    [InlineData("hunter2", "it holds no certificate in PEM")]
    [InlineData("/etc/ssl/ca.pem", "it holds no certificate in PEM")]
    [InlineData("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "")]
    public async Task Certificates_that_can_not_be_used_end_the_start_and_trust_nobody(string text, string why)
    {
        _environment["ONBOARDING_AGENT_ROOT_CERTS"] = text;

        (int exitCode, _, string errors) = await InvokeAsync("run");

        exitCode.ShouldBe(ExitCodes.Configuration);
        errors.ShouldContain("ONBOARDING_AGENT_ROOT_CERTS: ");
        errors.ShouldContain(why);
        errors.ShouldContain("in PEM");
        errors.ShouldNotContain("hunter2");
    }

    [Fact]
    public async Task A_CA_file_in_the_configuration_comes_before_the_certificates_in_the_variable()
    {
        using var certificates = new TestCertificates();
        _environment["ONBOARDING_AGENT_ROOT_CERTS"] = certificates.AuthorityPem;
        _environment["ONBOARDING_CONFIG"] = Onboarding.Replace(
            "{host: plane.corp.example}", "{host: plane.corp.example, transportSecurity: {tls: {caFile: /etc/ca.pem}}}", StringComparison.Ordinal);

        (int exitCode, string output, _) = await InvokeAsync("validate");

        exitCode.ShouldBe(ExitCodes.Success);
        output.ShouldBeGolden();
    }

    private string Write(string name, string content)
    {
        File.WriteAllText(_directory[name], content);
        return _directory[name];
    }

    private async Task<(int ExitCode, string Output, string Errors)> InvokeAsync(params string[] arguments)
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        int exitCode = await AgentCommandLine.Build(output, errors, _environment.GetValueOrDefault)
            .Parse([.. arguments, "--state-directory", _directory["state"]])
            .InvokeAsync(new InvocationConfiguration { Output = output, Error = errors });
        return (exitCode, output.ToString(), errors.ToString());
    }
}
