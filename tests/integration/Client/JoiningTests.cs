using Onboarding.Api.Rpc;
using Onboarding.Client;
using Onboarding.Client.Events;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.ClientTests;

public sealed class JoiningTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly TestLog _log = new();

    public void Dispose()
    {
        _log.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task A_workload_joins_and_leaves_in_this_order()
    {
        await using FakePlane plane = await FakePlane.StartAsync();
        plane.Boot = BootConfigurations.Make();
        await using RunningAgent agent = RunningAgent.Start(RunningAgent.Options(_directory, plane, _log));
        await agent.StepAsync(OnboardingPhase.SidecarReady);
        await agent.StopAsync();
        agent.Phases.ShouldBe(
        [
            OnboardingPhase.KeyReady, OnboardingPhase.PlaneFound, OnboardingPhase.CredentialObtained, OnboardingPhase.Authorized,
            OnboardingPhase.Registered, OnboardingPhase.Connected, OnboardingPhase.BootConfigurationWritten,
            OnboardingPhase.SidecarStarted, OnboardingPhase.SidecarReady, OnboardingPhase.Leaving, OnboardingPhase.Unregistered,
            OnboardingPhase.SidecarStopped, OnboardingPhase.Left,
        ]);
        plane.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task Each_step_is_one_line_in_the_log_with_its_own_event_id()
    {
        await using FakePlane plane = await FakePlane.StartAsync();
        await using RunningAgent agent = RunningAgent.Start(RunningAgent.Options(_directory, plane, _log));
        await agent.StepAsync(OnboardingPhase.Connected);
        TestLogEntry line = _log.Entries.Single(e => e.EventId.Id == 5007);
        line.EventId.Name.ShouldBe("Registered");
        line.Message.ShouldBeGolden();
        agent.Steps.Single(s => s.Phase == OnboardingPhase.Registered).Properties["spiffeId"]
            .ShouldBe("spiffe://cluster.local/ns/bookinfo/sa/bookinfo-ratings");
        _log.Text.ShouldNotContain("token-1");
        _log.Text.ShouldNotContain("e30.e30");
    }

    [Fact]
    public async Task What_it_says_of_itself_is_what_the_configuration_says()
    {
        await using FakePlane plane = await FakePlane.StartAsync();
        OnboardingAgentOptions options = RunningAgent.Options(_directory, plane, _log);
        options = options with
        {
            AgentVersion = "v9.9.9",
            Onboarding = options.Onboarding with
            {
                Workload = new() { Labels = new Dictionary<string, string> { ["version"] = "v2" } },
                Settings = new() { ConnectedOver = Onboarding.Api.Registration.AddressType.Internet },
            },
        };
        await using RunningAgent agent = RunningAgent.Start(options);
        await agent.StepAsync(OnboardingPhase.Registered);
        Registration said = plane.Registrations.Single().Registration;
        said.Agent.Version.ShouldBe("v9.9.9");
        said.Host.Addresses.ShouldContain(new Address { Ip = "127.0.0.1", Type = AddressType.Vpc });
        said.Workload.Labels["version"].ShouldBe("v2");
        said.Settings.ConnectedOver.ShouldBe(AddressType.Internet);
        plane.Authorizations.Single().WorkloadGroup.ShouldBe(new NamespacedName { Namespace = "bookinfo", Name = "ratings" });
        plane.Authorizations.Single().InsecureTransport.ShouldBeFalse();
    }

    [Fact]
    public async Task A_refused_agent_shows_the_reason_and_joins_without_a_restart_once_it_may()
    {
        await using FakePlane plane = await FakePlane.StartAsync();
        plane.OnAuthorize = _ => throw FakePlane.Refusal(Grpc.Core.StatusCode.PermissionDenied, "NOT_AUTHORIZED", "no policy admits this workload", "7f3c-91ab");
        await using RunningAgent agent = RunningAgent.Start(RunningAgent.Options(_directory, plane, _log));
        await Eventually.Is(() => plane.Authorizations.Count >= 3, "several attempts");
        OnboardingStep refused = await agent.StepAsync(OnboardingPhase.Refused);
        refused.Message.ShouldContain("[PlaneRefused]");
        refused.Message.ShouldBeGolden();
        refused.Message.ShouldContain("7f3c-91ab");
        refused.Message.ShouldContain("docs/troubleshooting.md has NOT_AUTHORIZED");
        refused.Properties["reason"].ShouldBe("NOT_AUTHORIZED");
        refused.Properties["correlationId"].ShouldBe("7f3c-91ab");
        plane.OnAuthorize = _ => { };
        await agent.StepAsync(OnboardingPhase.Connected);
    }

    [Fact]
    public async Task A_started_again_agent_has_the_same_key_and_goes_on_with_its_registration()
    {
        await using FakePlane plane = await FakePlane.StartAsync();
        plane.Boot = BootConfigurations.Make();
        OnboardingAgentOptions options = RunningAgent.Options(_directory, plane, _log);
        await KilledAgent.AfterAsync(options, OnboardingPhase.SidecarReady);
        File.ReadAllText(_directory["state/workloads/bookinfo.ratings/registration.json"]).ShouldContain("\"epoch\": 1");
        plane.Boot = null;
        await plane.NextSessionAsync();
        await using RunningAgent second = RunningAgent.Start(options);
        FakeSession session = await plane.NextSessionAsync();
        session.Proof.Epoch.ShouldBe(1);
        session.Proof.RegistrationUid.ShouldBe("uid-1");
        session.Proof.BootConfiguration.Generation.ShouldBe(1);
        session.Proof.BootConfiguration.CoreHash.ShouldBe("core-1");
        session.Proof.IstioTokenExpiresAt.ToDateTimeOffset().ShouldBe(BootConfigurations.TokenExpiry);
        plane.Authorizations.Select(a => a.AgentPublicKey).Distinct().Count().ShouldBe(1);
        await second.StepAsync(OnboardingPhase.SidecarReady);
        await Eventually.Is(
            () => File.Exists(_directory["sidecar.log"]) && File.ReadAllLines(_directory["sidecar.log"]).Count(l => l.StartsWith("start", StringComparison.Ordinal)) == 1,
            "one sidecar, which was taken over");
    }

    [Fact]
    public async Task B17_A_refusal_that_does_not_change_adds_no_lines_to_the_log()
    {
        await using FakePlane plane = await FakePlane.StartAsync();
        plane.OnAuthorize = _ => throw FakePlane.Refusal(Grpc.Core.StatusCode.PermissionDenied, "NOT_AUTHORIZED", "no policy");
        await using RunningAgent agent = RunningAgent.Start(RunningAgent.Options(_directory, plane, _log));
        await agent.StepAsync(OnboardingPhase.Refused);
        string first = _log.Text;

        await Eventually.Is(() => agent.Phases.Count(p => p == OnboardingPhase.Refused) >= 4, "three more refusals");

        _log.Text.ShouldBe(first);
        first.ShouldContain("NOT_AUTHORIZED");
    }

    [Fact]
    public async Task A_copied_disk_gets_a_new_key_and_says_so()
    {
        await using FakePlane plane = await FakePlane.StartAsync();
        OnboardingAgentOptions options = RunningAgent.Options(_directory, plane, _log);
        await using (RunningAgent first = RunningAgent.Start(options))
        {
            await first.StepAsync(OnboardingPhase.Connected);
        }

        File.WriteAllText(_directory["machine-id"], "another machine");
        await using RunningAgent second = RunningAgent.Start(options);
        (await second.StepAsync(OnboardingPhase.KeyReplaced)).Message.ShouldContain($" {_directory["state"]} ");
        await second.StepAsync(OnboardingPhase.Connected);
        plane.Authorizations.Select(a => a.AgentPublicKey).Distinct().Count().ShouldBe(2);
    }

    [Fact]
    public async Task A_clock_two_hours_off_is_told_with_the_offset_and_what_to_run()
    {
        await using FakePlane plane = await FakePlane.StartAsync();
        plane.ClockOffset = TimeSpan.FromHours(2);
        await using RunningAgent agent = RunningAgent.Start(RunningAgent.Options(_directory, plane, _log));
        OnboardingStep failed = await agent.StepAsync(OnboardingPhase.AttemptFailed);
        failed.Properties["errorId"].ShouldBe("ClockOff");
        failed.Message.ShouldMatch(@" 0\.0(2:00:00|1:5\d:\d\d) ");
        failed.Message.ShouldContain("timedatectl");
        plane.Authorizations.ShouldBeEmpty();
        plane.ClockOffset = TimeSpan.Zero;
        await agent.StepAsync(OnboardingPhase.Connected);
    }

    [Fact]
    public async Task Without_a_credential_source_it_says_where_to_name_one()
    {
        await using FakePlane plane = await FakePlane.StartAsync();
        OnboardingAgentOptions options = RunningAgent.Options(_directory, plane, _log);
        options = options with { Agent = options.Agent with { Host = new() } };
        await using RunningAgent agent = RunningAgent.Start(options);
        OnboardingStep failed = await agent.StepAsync(OnboardingPhase.AttemptFailed);
        failed.Properties["errorId"].ShouldBe("NoCredential");
        failed.Properties["nextStep"].ShouldContain("host.custom.credential");
    }

    [Fact]
    public async Task A_busy_plane_is_asked_again_when_it_says()
    {
        await using FakePlane plane = await FakePlane.StartAsync();
        int asked = 0;
        plane.OnAuthorize = _ =>
        {
            if (++asked == 1)
            {
                throw FakePlane.Refusal(Grpc.Core.StatusCode.ResourceExhausted, "RATE_LIMITED", "slow down");
            }
        };
        await using RunningAgent agent = RunningAgent.Start(RunningAgent.Options(_directory, plane, _log));
        await agent.StepAsync(OnboardingPhase.Connected);
        agent.Steps.First(s => s.Phase == OnboardingPhase.AttemptFailed).Properties["reason"].ShouldBe("RATE_LIMITED");
    }
}
