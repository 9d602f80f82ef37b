using Google.Protobuf.WellKnownTypes;
using Onboarding.Api.Rpc;
using Onboarding.Client;
using Onboarding.Client.Events;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.ClientTests;

public sealed class SessionTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly TestLog _log = new();

    private string Boot => _directory["state/workloads/bookinfo.ratings/boot/current"];

    public void Dispose()
    {
        _log.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task The_epoch_is_on_disk_before_the_plane_hears_of_it()
    {
        await using FakePlane plane = await FakePlane.StartAsync();
        plane.Epoch = 41;
        await using RunningAgent agent = RunningAgent.Start(RunningAgent.Options(_directory, plane, _log));
        FakeSession session = await plane.NextSessionAsync();
        AgentMessage stored = await session.ReceiveAsync(m => m.EpochStored is not null, "the epoch");
        stored.EpochStored.Epoch.ShouldBe(42);
        File.ReadAllText(_directory["state/workloads/bookinfo.ratings/registration.json"]).ShouldContain("\"epoch\": 42");
    }

    [Fact]
    public async Task A_killed_plane_that_comes_back_finds_the_same_registration()
    {
        FakePlane plane = await FakePlane.StartAsync(port: TestPorts.Next());
        OnboardingAgentOptions options = RunningAgent.Options(_directory, plane, _log);
        await using RunningAgent agent = RunningAgent.Start(options);
        FakeSession first = await plane.NextSessionAsync();
        await first.ReceiveAsync(m => m.EpochStored is not null, "the epoch to be on disk");
        await plane.DisposeAsync();
        await agent.StepAsync(OnboardingPhase.Disconnected);
        await using FakePlane again = await FakePlane.StartAsync(certificates: plane.Certificates, port: plane.Port);
        again.Epoch = 1;
        FakeSession session = await again.NextSessionAsync();
        session.Proof.RegistrationUid.ShouldBe("uid-1");
        session.Proof.Epoch.ShouldBe(1);
        again.Registrations.ShouldBeEmpty("the token was still good");
    }

    [Fact]
    public async Task A_change_of_the_core_restarts_the_sidecar_and_a_change_of_hosts_does_not()
    {
        await using FakePlane plane = await FakePlane.StartAsync();
        plane.Boot = BootConfigurations.Make();
        await using RunningAgent agent = RunningAgent.Start(RunningAgent.Options(_directory, plane, _log));
        FakeSession session = await plane.NextSessionAsync();
        await Eventually.Is(() => Lines().Length == 1, "the sidecar to start");
        (await StatusAsync(session, 1)).SidecarRestarted.ShouldBeTrue();

        session.Send(new PlaneMessage { BootConfiguration = BootConfigurations.Make(2, live: "live-2") });
        (await StatusAsync(session, 2)).ShouldBe(new BootConfigurationStatus { Generation = 2 });
        File.ReadAllText(Path.Combine(Boot, "hosts")).ShouldContain("live-2");

        session.Send(new PlaneMessage { BootConfiguration = BootConfigurations.Make(3, "core-3", "live-2") });
        (await StatusAsync(session, 3)).SidecarRestarted.ShouldBeTrue();
        await Eventually.Is(() => Lines().Length == 3, "the sidecar to start again");
        Lines().Select(l => l.Split(' ')[0]).ShouldBe(["start", "term", "start"]);
        Lines()[2].ShouldEndWith($" {Boot} mesh: core-3");
    }

    [Fact]
    public async Task A_renewed_istio_token_is_written_under_a_running_sidecar()
    {
        await using FakePlane plane = await FakePlane.StartAsync();
        plane.Boot = BootConfigurations.Make();
        await using RunningAgent agent = RunningAgent.Start(RunningAgent.Options(_directory, plane, _log));
        FakeSession session = await plane.NextSessionAsync();
        await StatusAsync(session, 1);
        session.Send(new PlaneMessage
        {
            IstioToken = new IstioToken { Token = "istio-token-2", ExpiresAt = BootConfigurations.TokenExpiry.AddHours(1).ToTimestamp() },
        });
        await agent.StepAsync(OnboardingPhase.IstioTokenRenewed);
        File.ReadAllText(Path.Combine(Boot, "istio-token")).ShouldBe("istio-token-2");
        await Eventually.Is(() => Lines().Length == 1, "one start and no more");
        _log.Text.ShouldNotContain("istio-token-2");
    }

    [Fact]
    public async Task An_older_boot_configuration_is_refused_and_the_plane_is_told()
    {
        await using FakePlane plane = await FakePlane.StartAsync();
        plane.Boot = BootConfigurations.Make(generation: 5);
        await using RunningAgent agent = RunningAgent.Start(RunningAgent.Options(_directory, plane, _log));
        FakeSession session = await plane.NextSessionAsync();
        await StatusAsync(session, 5);
        session.Send(new PlaneMessage { BootConfiguration = BootConfigurations.Make(generation: 4, core: "core-0") });
        (await StatusAsync(session, 4)).Error.ShouldContain("boot configuration 4 after 5");
        (await agent.StepAsync(OnboardingPhase.BootConfigurationFailed)).Properties["errorId"].ShouldBe("BootConfigurationStale");
        File.ReadAllText(Path.Combine(Boot, "mesh.yaml")).ShouldBe("mesh: core-1");
    }

    [Fact]
    public async Task The_sidecar_s_health_is_reported_when_it_changes()
    {
        await using FakePlane plane = await FakePlane.StartAsync();
        await using RunningAgent agent = RunningAgent.Start(RunningAgent.Options(_directory, plane, _log));
        FakeSession session = await plane.NextSessionAsync();
        // It is about to be started; the plane can say so with the write that begins the session.
        session.Proof.Health.Sidecar.ShouldBe(SidecarState.Starting);
        await session.ReceiveAsync(m => m.Health?.Sidecar == SidecarState.Starting, "the first report");
        session.Send(new PlaneMessage { BootConfiguration = BootConfigurations.Make() });
        await session.ReceiveAsync(m => m.Health is { Sidecar: SidecarState.Ready, SidecarReady: true }, "readiness");
    }

    [Fact]
    public async Task At_two_thirds_of_its_life_the_token_is_renewed_in_the_stream_with_a_fresh_credential()
    {
        var time = new FakeTimeProvider();
        await using FakePlane plane = await FakePlane.StartAsync(time);
        plane.HeartbeatInterval = TimeSpan.FromHours(2);
        await using RunningAgent agent = RunningAgent.Start(RunningAgent.Options(_directory, plane, _log));
        FakeSession session = await plane.NextSessionAsync();
        await session.ReceiveAsync(m => m.Health is not null, "the session to be under way");
        time.Advance(TimeSpan.FromMinutes(40) - TimeSpan.FromSeconds(1));
        session.Received.ShouldNotContain(m => m.Token != null);
        time.Advance(TimeSpan.FromSeconds(2));
        (await session.ReceiveAsync(m => m.Token is not null, "the new token")).Token.Token.ShouldBe("token-2");
        session.Send(new PlaneMessage { TokenAccepted = new TokenAccepted() });
        await agent.StepAsync(OnboardingPhase.TokenRenewed);
        agent.Phases.Count(p => p == OnboardingPhase.CredentialObtained).ShouldBe(2);
        agent.Phases.Count(p => p == OnboardingPhase.Connected).ShouldBe(1);
    }

    [Fact]
    public async Task A_renewal_that_is_refused_is_shown_and_tried_again_in_the_same_session()
    {
        var time = new FakeTimeProvider();
        await using FakePlane plane = await FakePlane.StartAsync(time);
        plane.HeartbeatInterval = TimeSpan.FromHours(2);
        await using RunningAgent agent = RunningAgent.Start(RunningAgent.Options(_directory, plane, _log));
        FakeSession session = await plane.NextSessionAsync();
        await session.ReceiveAsync(m => m.Health is not null, "the session to be under way");
        int refused = 0;
        plane.OnAuthorize = _ =>
        {
            if (++refused <= 2)
            {
                throw FakePlane.Refusal(Grpc.Core.StatusCode.PermissionDenied, "NOT_AUTHORIZED", "the policy is gone");
            }
        };
        time.Advance(TimeSpan.FromMinutes(41));
        await session.ReceiveAsync(m => m.Token is not null, "the new token");
        agent.Steps.Count(s => s is { Phase: OnboardingPhase.RenewalFailed, Failure.Reason: "NOT_AUTHORIZED" }).ShouldBe(2);
        session.HasEnded.ShouldBeFalse();
    }

    [Fact]
    public async Task A_removed_registration_is_made_again_if_the_plane_says_so()
    {
        await using FakePlane plane = await FakePlane.StartAsync();
        await using RunningAgent agent = RunningAgent.Start(RunningAgent.Options(_directory, plane, _log));
        FakeSession first = await plane.NextSessionAsync();
        plane.RegistrationUid = "uid-2";
        first.Send(new PlaneMessage { RegistrationGone = new RegistrationGone { Reason = "REGISTRATION_DELETED", Rejoin = true } });
        FakeSession second = await plane.NextSessionAsync();
        second.Proof.RegistrationUid.ShouldBe("uid-2");
        second.Proof.Epoch.ShouldBe(0);
        agent.Phases.Count(p => p == OnboardingPhase.Registered).ShouldBe(2);
        (await agent.StepAsync(OnboardingPhase.RegistrationGone)).Properties["reason"].ShouldBe("REGISTRATION_DELETED");
    }

    [Fact]
    public async Task A_machine_that_is_told_to_stay_out_stops_its_sidecar_and_stays_out()
    {
        await using FakePlane plane = await FakePlane.StartAsync();
        plane.Boot = BootConfigurations.Make();
        await using RunningAgent agent = RunningAgent.Start(RunningAgent.Options(_directory, plane, _log));
        FakeSession session = await plane.NextSessionAsync();
        await agent.StepAsync(OnboardingPhase.SidecarReady);
        session.Send(new PlaneMessage { RegistrationGone = new RegistrationGone { Reason = "EVICTED" } });
        await agent.StepAsync(OnboardingPhase.SidecarStopped);
        OnboardingStep gone = await agent.StepAsync(OnboardingPhase.RegistrationGone);
        gone.Message.ShouldContain("stay out");
        gone.Properties["nextStep"].ShouldContain("onboarding-agent register --override-exclusion");
        await Eventually.Is(() => !Path.Exists(Boot), "the boot configuration to be removed");
        plane.Registrations.Count.ShouldBe(1);
        await agent.StopAsync();
        plane.Unregistrations.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_machine_that_was_evicted_and_is_refused_stops_its_sidecar_until_it_is_admitted_again()
    {
        await using FakePlane plane = await FakePlane.StartAsync();
        plane.Boot = BootConfigurations.Make();
        await using RunningAgent agent = RunningAgent.Start(RunningAgent.Options(_directory, plane, _log));
        FakeSession session = await plane.NextSessionAsync();
        await agent.StepAsync(OnboardingPhase.SidecarReady);
        bool admits = false;
        plane.OnAuthorize = _ =>
        {
            if (!Volatile.Read(ref admits))
            {
                throw FakePlane.Refusal(Grpc.Core.StatusCode.PermissionDenied, "NOT_AUTHORIZED", "no policy admits this workload");
            }
        };
        session.Send(new PlaneMessage { RegistrationGone = new RegistrationGone { Reason = "REGISTRATION_DELETED", Rejoin = true } });
        await agent.StepAsync(OnboardingPhase.SidecarStopped);
        await Eventually.Is(() => !Path.Exists(Boot), "the boot configuration to be removed");
        await Eventually.Is(() => agent.Phases.Count(p => p == OnboardingPhase.Refused) >= 2, "another refusal");
        agent.Phases.Count(p => p == OnboardingPhase.SidecarStopped).ShouldBe(1);
        plane.RegistrationUid = "uid-2";
        plane.Boot = BootConfigurations.Make(registrationUid: "uid-2");
        Volatile.Write(ref admits, true);
        await plane.NextSessionAsync();
        await Eventually.Is(() => agent.Phases.Count(p => p == OnboardingPhase.SidecarStarted) == 2, "the sidecar to be started again");
    }

    [Fact]
    public async Task A_relocated_agent_connects_again_with_the_same_token()
    {
        await using FakePlane plane = await FakePlane.StartAsync();
        await using RunningAgent agent = RunningAgent.Start(RunningAgent.Options(_directory, plane, _log));
        FakeSession first = await plane.NextSessionAsync();
        first.Send(new PlaneMessage { Relocate = new Relocate { Within = Duration.FromTimeSpan(TimeSpan.FromSeconds(1)) } });
        FakeSession second = await plane.NextSessionAsync();
        second.Proof.Epoch.ShouldBe(1);
        plane.Authorizations.Count.ShouldBe(1);
        agent.Phases.ShouldContain(OnboardingPhase.Relocating);
    }

    [Fact]
    public async Task A_relocated_agent_keeps_its_session_until_its_turn_has_come()
    {
        await using FakePlane plane = await FakePlane.StartAsync();
        await using RunningAgent agent = RunningAgent.Start(RunningAgent.Options(_directory, plane, _log) with { Random = () => 0.5 });
        FakeSession first = await plane.NextSessionAsync();
        first.Send(new PlaneMessage { Relocate = new Relocate { Within = Duration.FromTimeSpan(TimeSpan.FromMinutes(5)) } });
        first.Send(new PlaneMessage { LiveConfiguration = new LiveConfiguration { Version = new BootConfigurationVersion { Generation = 7 } } });

        (await StatusAsync(first, 7)).Error.ShouldNotBeEmpty("it has no boot configuration that these hosts belong to");

        agent.Phases.ShouldNotContain(OnboardingPhase.Relocating);
        first.End();
        await plane.NextSessionAsync();
        agent.Phases.ShouldContain(OnboardingPhase.Relocating, "what ends the session says that the turn has come");
    }

    [Fact]
    public async Task A_session_that_is_refused_leads_to_the_whole_decision_again()
    {
        await using FakePlane plane = await FakePlane.StartAsync();
        await using RunningAgent agent = RunningAgent.Start(RunningAgent.Options(_directory, plane, _log));
        FakeSession first = await plane.NextSessionAsync();
        first.End(FakePlane.Refusal(Grpc.Core.StatusCode.Unauthenticated, "TOKEN_EXPIRED", "the token has expired"));
        await plane.NextSessionAsync();
        plane.Authorizations.Count.ShouldBe(2);
        (await agent.StepAsync(OnboardingPhase.Refused)).Properties["reason"].ShouldBe("TOKEN_EXPIRED");
    }

    private static async Task<BootConfigurationStatus> StatusAsync(FakeSession session, long generation) =>
        (await session.ReceiveAsync(m => m.BootConfigurationStatus?.Generation == generation, $"status of {generation}")).BootConfigurationStatus;

    private string[] Lines() => File.Exists(_directory["sidecar.log"]) ? File.ReadAllLines(_directory["sidecar.log"]) : [];
}
