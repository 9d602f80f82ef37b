using System.Text.Json.Nodes;
using Grpc.Core;
using Onboarding.AgentHost.Commands;
using Onboarding.Api.Control;
using Onboarding.Client.Processes;
using Onboarding.Testing;
using Onboarding.Tests.Integration.ClientTests;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.ControlTests;

public sealed class ControlCommandTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly TestLog _log = new();

    public void Dispose()
    {
        _log.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task Status_says_what_a_person_wants_to_know()
    {
        await using FakePlane plane = await FakePlane.StartAsync();
        plane.Boot = BootConfigurations.Make();
        await using ControlledAgent agent = await ControlledAgent.StartAsync(_directory, plane, _log);
        await agent.WaitForAsync(AgentPhase.Healthy);
        (int exitCode, string output, _) = await InvokeAsync("status");
        exitCode.ShouldBe(ExitCodes.Success);
        output.ShouldContain("Group    : bookinfo/ratings");
        output.ShouldContain("Phase    : Healthy (");
        output.ShouldContain("Timeline : Authenticated ");
        output.ShouldContain($"Session  : service (pid {Environment.ProcessId}), https://localhost:{plane.Port}");
        output.ShouldContain("renewed automatically");
    }

    [Fact]
    public async Task Status_as_json_is_one_object()
    {
        await using FakePlane plane = await FakePlane.StartAsync();
        plane.OnAuthorize = _ => throw FakePlane.Refusal(StatusCode.PermissionDenied, "NOT_AUTHORIZED", "no policy");
        await using ControlledAgent agent = await ControlledAgent.StartAsync(_directory, plane, _log);
        await agent.WaitForAsync(AgentPhase.Refused);
        JsonNode json = null!;
        await Eventually.Is(
            async () =>
            {
                (_, string output, _) = await InvokeAsync("status", "--output", "json");
                json = JsonNode.Parse(output)!;
                return (string?)json["phase"] == "Refused";
            },
            "the command says so, unless the agent is just trying again");
        ((string?)json["failure"]!["correlationId"]).ShouldBe("corr-1");
        ((string?)json["owner"]!["kind"]).ShouldBe("service");
        json["registration"].ShouldBeNull();
    }

    [Fact]
    public async Task Status_tells_by_its_exit_code_whether_the_machine_is_in_the_mesh_and_healthy()
    {
        await using FakePlane plane = await FakePlane.StartAsync();
        plane.Boot = BootConfigurations.Make();
        await using ControlledAgent agent = await ControlledAgent.StartAsync(_directory, plane, _log);
        await agent.WaitForAsync(AgentPhase.Healthy);
        (await InvokeAsync("status", "--json")).ExitCode.ShouldBe(ExitCodes.Success);

        (int stopped, string sidecar, _) = await InvokeAsync("sidecar", "stop", "--json");
        (stopped, (string?)JsonNode.Parse(sidecar)!["phase"]).ShouldBe((0, "Stopped"));
        (await InvokeAsync("status")).ExitCode.ShouldBe(ExitCodes.NotYet);

        (int left, string leaving, _) = await InvokeAsync("unregister", "--propagation-delay", "0", "--json");
        left.ShouldBe(0);
        JsonNode[] lines = [.. leaving.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonNode.Parse(l)!)];
        lines[0]["step"]!["name"].ShouldNotBeNull();
        ((string?)lines[^1]["phase"]).ShouldBe("Out");
        (await InvokeAsync("status")).ExitCode.ShouldBe(ExitCodes.NotYet);
    }

    [Theory]
    [InlineData("text")]
    [InlineData("json")]
    public async Task B17_Status_fails_on_a_machine_that_the_plane_refuses(string format)
    {
        await using FakePlane plane = await FakePlane.StartAsync();
        plane.OnAuthorize = _ => throw FakePlane.Refusal(StatusCode.PermissionDenied, "NOT_AUTHORIZED", "no policy");
        await using ControlledAgent agent = await ControlledAgent.StartAsync(_directory, plane, _log);
        await agent.WaitForAsync(AgentPhase.Refused);

        (int exitCode, string output, _) = await InvokeAsync("status", "--output", format);

        exitCode.ShouldBe(ExitCodes.Failure);
        output.ShouldContain("NOT_AUTHORIZED");
        output.ShouldNotContain("renewed automatically");
    }

    [Fact]
    public async Task B2_Status_of_a_member_whose_registration_went_and_whom_no_policy_admits_is_not_healthy()
    {
        await using FakePlane plane = await FakePlane.StartAsync();
        plane.Boot = BootConfigurations.Make();
        await using ControlledAgent agent = await ControlledAgent.StartAsync(_directory, plane, _log);
        await agent.WaitForAsync(AgentPhase.Healthy);
        plane.OnAuthorize = _ => throw FakePlane.Refusal(StatusCode.PermissionDenied, "NOT_AUTHORIZED", "no policy");
        (await plane.NextSessionAsync()).Send(
            new Api.Rpc.PlaneMessage { RegistrationGone = new Api.Rpc.RegistrationGone { Reason = "GROUP_DELETED", Rejoin = true } });
        await agent.WaitForAsync(AgentPhase.Refused);

        (int exitCode, string output, _) = await InvokeAsync("status");

        exitCode.ShouldBe(ExitCodes.Failure);
        output.ShouldNotContain("Token");
        output.ShouldNotContain("Healthy (");
    }

    [Fact]
    public async Task Unregister_register_and_sidecar_do_what_they_say()
    {
        await using FakePlane plane = await FakePlane.StartAsync();
        plane.Boot = BootConfigurations.Make();
        await using ControlledAgent agent = await ControlledAgent.StartAsync(_directory, plane, _log);
        await agent.WaitForAsync(AgentPhase.Healthy);
        (int left, string leaving, _) = await InvokeAsync("unregister", "--reason", "test", "--propagation-delay", "0");
        (left, leaving.Contains("unregistered 'bookinfo/ratings-jwt-demo--vm1'", StringComparison.Ordinal)).ShouldBe((0, true), leaving);
        plane.Unregistrations.Single().Reason.ShouldBe("test");
        (int none, _, string nothing) = await InvokeAsync("sidecar", "start");
        none.ShouldBe(ExitCodes.Failure);
        nothing.ShouldStartWith("[NotRegistered] ");
        (int joined, string joining, _) = await InvokeAsync("register", "--start-sidecar");
        (joined, joining.Contains("ratings-jwt-demo--vm1 at 127.0.0.1: Healthy", StringComparison.Ordinal)).ShouldBe((0, true), joining);
        (await InvokeAsync("sidecar", "stop", "--drain-timeout", "5")).Output.ShouldContain("ratings: Stopped");
        (await InvokeAsync("sidecar", "restart")).Output.ShouldContain("ratings: Running, pid ");
    }

    [Fact]
    public async Task A_refusal_is_shown_with_what_to_do_next()
    {
        await using FakePlane plane = await FakePlane.StartAsync();
        plane.OnAuthorize = _ => throw FakePlane.Refusal(StatusCode.PermissionDenied, "NOT_AUTHORIZED", "no policy");
        await using ControlledAgent agent = await ControlledAgent.StartAsync(_directory, plane, _log);
        (int exitCode, _, string errors) = await InvokeAsync("register");
        exitCode.ShouldBe(ExitCodes.Failure);
        errors.ShouldStartWith("[PolicyDenied] ");
        errors.ShouldContain("corr-1");
        errors.ShouldContain("Next: ");
    }

    [Fact]
    public async Task Without_an_agent_a_command_says_how_to_start_one()
    {
        (int exitCode, _, string errors) = await InvokeAsync("status");
        exitCode.ShouldBe(ExitCodes.NotRunning);
        errors.ShouldBeGolden();
        errors.ShouldContain($"Next: {AgentService.HowToStart}");
    }

    private async Task<(int ExitCode, string Output, string Errors)> InvokeAsync(params string[] arguments)
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        int exitCode = await AgentCommandLine.RunAsync([.. arguments, "--state-directory", _directory["state"]], output, errors);
        return (exitCode, output.ToString(), errors.ToString());
    }
}
