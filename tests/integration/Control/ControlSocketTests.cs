using Grpc.Core;
using Onboarding.Api.Control;
using Onboarding.Client.Errors;
using Onboarding.Testing;
using Onboarding.Tests.Integration.ClientTests;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.ControlTests;

public sealed class ControlSocketTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly TestLog _log = new();

    public void Dispose()
    {
        _log.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task It_tells_where_the_machine_is()
    {
        await using FakePlane plane = await FakePlane.StartAsync();
        plane.Boot = BootConfigurations.Make();
        await using ControlledAgent agent = await ControlledAgent.StartAsync(_directory, plane, _log);
        await agent.WaitForAsync(AgentPhase.Healthy);
        AgentStatus status = await agent.StatusAsync();
        status.Registration.ShouldBe("ratings-jwt-demo--vm1");
        status.Address.ShouldBe("127.0.0.1");
        status.SpiffeId.ShouldBe("spiffe://cluster.local/ns/bookinfo/sa/bookinfo-ratings");
        status.Policy.ShouldBe("ratings");
        status.Endpoint.ShouldBe($"https://localhost:{plane.Port}");
        status.OwnerKind.ShouldBe("service");
        status.OwnerProcessId.ShouldBe(Environment.ProcessId);
        status.TokenExpiresAt.ToDateTimeOffset().ShouldBeGreaterThan(DateTimeOffset.UnixEpoch);
        status.Sidecar.Phase.ShouldBe(SidecarPhase.Running);
        status.Sidecar.ProcessId.ShouldBeGreaterThan(1);
        status.Sidecar.StartedAt.ShouldNotBeNull();
        status.Failure.ShouldBeNull();
        status.Timeline.Select(m => m.BootConfiguration ? "Booted" : m.Phase.ToString())
            .ShouldBe(["Authenticated", "Authorized", "Registered", "Connected", "Booted", "Healthy"]);
        status.Steps[0].Name.ShouldBe("SidecarReady");
    }

    [Fact]
    public async Task Nothing_secret_goes_over_it()
    {
        await using FakePlane plane = await FakePlane.StartAsync();
        plane.Boot = BootConfigurations.Make();
        await using ControlledAgent agent = await ControlledAgent.StartAsync(_directory, plane, _log);
        await agent.WaitForAsync(AgentPhase.Healthy);
        string all = (await agent.StatusAsync()).ToString();
        all.ShouldNotContain(plane.LastToken);
        all.ShouldNotContain("e30.e30.c2ln");
        all.ShouldNotContain(plane.Boot.IstioToken.Token);
    }

    [Fact]
    public async Task A_machine_that_was_told_to_leave_stays_out_until_it_is_told_to_register()
    {
        await using FakePlane plane = await FakePlane.StartAsync();
        plane.Boot = BootConfigurations.Make();
        await using ControlledAgent agent = await ControlledAgent.StartAsync(_directory, plane, _log);
        await agent.WaitForAsync(AgentPhase.Healthy);
        List<string> told = [];
        AgentStatus out1 = await agent.Client.UnregisterAsync(
            new UnregisterRequest { Reason = "maintenance" }, s => told.Add(s.Name), CancellationToken.None);
        out1.Phase.ShouldBe(AgentPhase.Out);
        out1.Registration.ShouldBeEmpty();
        out1.Sidecar.Phase.ShouldBe(SidecarPhase.Stopped);
        told.ShouldBe(["Leaving", "Unregistered", "SidecarStopped", "Left"]);
        plane.Unregistrations.Single().Reason.ShouldBe("maintenance");
        plane.Authorizations.Count.ShouldBe(1);

        told.Clear();
        AgentStatus in2 = await agent.Client.RegisterAsync(
            new RegisterRequest { StartSidecar = true }, s => told.Add(s.Name), CancellationToken.None);
        in2.Phase.ShouldBe(AgentPhase.Healthy);
        told.ShouldContain("Connected");
        plane.Authorizations.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Registering_what_is_registered_answers_at_once()
    {
        await using FakePlane plane = await FakePlane.StartAsync();
        plane.Boot = BootConfigurations.Make();
        await using ControlledAgent agent = await ControlledAgent.StartAsync(_directory, plane, _log);
        await agent.WaitForAsync(AgentPhase.Healthy);
        AgentStatus status = await agent.Client.RegisterAsync(
            new RegisterRequest { Namespace = "bookinfo", WorkloadGroup = "ratings", EndpointHost = "localhost", EndpointPort = plane.Port },
            null,
            CancellationToken.None);
        status.Phase.ShouldBe(AgentPhase.Healthy);
        plane.Authorizations.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_caller_can_not_make_it_join_something_else()
    {
        await using FakePlane plane = await FakePlane.StartAsync();
        await using ControlledAgent agent = await ControlledAgent.StartAsync(_directory, plane, _log);
        OnboardingException group = await Should.ThrowAsync<OnboardingException>(() => agent.Client.RegisterAsync(
            new RegisterRequest { Namespace = "bookinfo", WorkloadGroup = "reviews" }, null, CancellationToken.None));
        group.ErrorId.ShouldBe("ConfigurationDiffers");
        group.Message.ShouldBeGolden();
        OnboardingException host = await Should.ThrowAsync<OnboardingException>(() => agent.Client.RegisterAsync(
            new RegisterRequest { EndpointHost = "evil.example", EndpointPort = 15443 }, null, CancellationToken.None));
        host.Message.ShouldContain("not evil.example:15443");
    }

    [Fact]
    public async Task A_refusal_is_told_to_who_waits_and_the_agent_tries_on()
    {
        await using FakePlane plane = await FakePlane.StartAsync();
        plane.Boot = BootConfigurations.Make();
        plane.OnAuthorize = _ => throw FakePlane.Refusal(StatusCode.PermissionDenied, "NOT_AUTHORIZED", "no policy");
        await using ControlledAgent agent = await ControlledAgent.StartAsync(_directory, plane, _log);
        OnboardingException refused = await Should.ThrowAsync<OnboardingException>(() =>
            agent.Client.RegisterAsync(new RegisterRequest(), null, CancellationToken.None));
        refused.Reason.ShouldBe("NOT_AUTHORIZED");
        refused.CorrelationId.ShouldBe("corr-1");
        RefusalErrors.IdOf(refused).ShouldBe("PolicyDenied");
        await Eventually.Is(async () => (await agent.StatusAsync()).Failure?.CorrelationId == "corr-1", "the status says so, unless the agent is just trying again");
        plane.OnAuthorize = _ => { };
        await agent.WaitForAsync(AgentPhase.Healthy);
    }

    [Fact]
    public async Task Who_stops_waiting_does_not_stop_the_join()
    {
        await using FakePlane plane = await FakePlane.StartAsync();
        plane.Boot = BootConfigurations.Make();
        using var asked = new ManualResetEventSlim();
        using var answer = new ManualResetEventSlim();
        plane.OnAuthorize = _ =>
        {
            asked.Set();
            answer.Wait(Eventually.Patience);
        };
        await using ControlledAgent agent = await ControlledAgent.StartAsync(_directory, plane, _log);
        using var stop = new CancellationTokenSource();
        Task<AgentStatus> waiting = agent.Client.RegisterAsync(new RegisterRequest(), null, stop.Token);
        await Eventually.Is(() => asked.IsSet, "the plane to be asked");
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => waiting);
        answer.Set();
        await agent.WaitForAsync(AgentPhase.Healthy);
    }

    [Fact]
    public async Task Who_waits_for_a_join_is_told_that_it_was_abandoned()
    {
        await using FakePlane plane = await FakePlane.StartAsync();
        using var asked = new ManualResetEventSlim();
        using var answer = new ManualResetEventSlim();
        plane.OnAuthorize = _ =>
        {
            asked.Set();
            answer.Wait(Eventually.Patience);
        };
        await using ControlledAgent agent = await ControlledAgent.StartAsync(_directory, plane, _log);
        Task<AgentStatus> waiting = agent.Client.RegisterAsync(new RegisterRequest(), null, CancellationToken.None);
        await Eventually.Is(() => asked.IsSet, "the plane to be asked");
        Task<AgentStatus> leaving = agent.Client.UnregisterAsync(new UnregisterRequest(), null, CancellationToken.None);
        OnboardingException abandoned = await Should.ThrowAsync<OnboardingException>(() => waiting);
        abandoned.ErrorId.ShouldBe(ErrorIds.JoinAbandoned);
        abandoned.NextStep.ShouldContain("register again");
        answer.Set();
        (await leaving).Phase.ShouldBe(AgentPhase.Out);
    }

    [Fact]
    public async Task A_watcher_is_told_of_every_change()
    {
        await using FakePlane plane = await FakePlane.StartAsync();
        plane.Boot = BootConfigurations.Make();
        await using ControlledAgent agent = await ControlledAgent.StartAsync(_directory, plane, _log);
        HashSet<AgentPhase> seen = [];
        using var stop = new CancellationTokenSource(Eventually.Patience);
        await foreach (AgentStatus status in agent.Client.WatchAsync(stop.Token))
        {
            seen.Add(status.Phase);
            if (status.Phase == AgentPhase.Healthy)
            {
                _ = agent.Client.UnregisterAsync(new UnregisterRequest(), null, stop.Token);
            }
            else if (status.Phase == AgentPhase.Out && seen.Contains(AgentPhase.Healthy))
            {
                break;
            }
        }

        seen.ShouldContain(AgentPhase.Leaving);
    }

    [Fact]
    public async Task The_sidecar_stops_stays_stopped_and_starts()
    {
        await using FakePlane plane = await FakePlane.StartAsync();
        plane.Boot = BootConfigurations.Make();
        await using ControlledAgent agent = await ControlledAgent.StartAsync(_directory, plane, _log);
        FakeSession session = await plane.NextSessionAsync();
        await agent.WaitForAsync(AgentPhase.Healthy);
        int first = (await agent.StatusAsync()).Sidecar.ProcessId;
        MeshSidecar stopped = await agent.Client.StopSidecarAsync(new StopSidecarRequest(), CancellationToken.None);
        stopped.Phase.ShouldBe(SidecarPhase.Stopped);
        (await agent.StatusAsync()).Phase.ShouldBe(AgentPhase.Connected);

        // A new boot configuration doesn't start what someone stopped.
        session.Send(new Onboarding.Api.Rpc.PlaneMessage { BootConfiguration = BootConfigurations.Make(generation: 2, core: "core-2") });
        await Eventually.Is(async () => (await agent.StatusAsync()).BootGeneration == 2, "the boot configuration");
        (await agent.StatusAsync()).Sidecar.Phase.ShouldBe(SidecarPhase.Stopped);

        MeshSidecar started = await agent.Client.StartSidecarAsync(new StartSidecarRequest(), CancellationToken.None);
        started.Ready.ShouldBeTrue();
        started.ProcessId.ShouldNotBe(first);
        MeshSidecar restarted = await agent.Client.RestartSidecarAsync(new RestartSidecarRequest(), CancellationToken.None);
        restarted.Ready.ShouldBeTrue();
        restarted.ProcessId.ShouldNotBe(started.ProcessId);
    }

    [Fact]
    public async Task Without_a_boot_configuration_there_is_nothing_to_start()
    {
        await using FakePlane plane = await FakePlane.StartAsync();
        plane.OnAuthorize = _ => throw FakePlane.Refusal(StatusCode.PermissionDenied, "NOT_AUTHORIZED", "no policy");
        await using ControlledAgent agent = await ControlledAgent.StartAsync(_directory, plane, _log);
        (await Should.ThrowAsync<OnboardingException>(() => agent.Client.StartSidecarAsync(new StartSidecarRequest(), CancellationToken.None)))
            .ErrorId.ShouldBe("NotRegistered");
    }

    [Fact]
    public async Task A_machine_the_plane_told_to_stay_out_can_be_told_to_register()
    {
        await using FakePlane plane = await FakePlane.StartAsync();
        plane.Boot = BootConfigurations.Make();
        await using ControlledAgent agent = await ControlledAgent.StartAsync(_directory, plane, _log);
        FakeSession session = await plane.NextSessionAsync();
        await agent.WaitForAsync(AgentPhase.Healthy);
        session.Send(new Onboarding.Api.Rpc.PlaneMessage
        {
            RegistrationGone = new Onboarding.Api.Rpc.RegistrationGone { Reason = "REGISTRATION_DELETED", Rejoin = false },
        });
        await agent.WaitForAsync(AgentPhase.Out);
        await Eventually.Is(async () => (await agent.StatusAsync()).Failure?.ErrorId == "RegistrationGone", "the status says why");
        (await agent.Client.RegisterAsync(new RegisterRequest { StartSidecar = true }, null, CancellationToken.None)).Phase.ShouldBe(AgentPhase.Healthy);
    }

    [Fact]
    public async Task A_machine_an_operator_took_out_is_out_after_a_restart_too_and_comes_back_only_if_somebody_on_it_wants_that()
    {
        await using FakePlane plane = await FakePlane.StartAsync();
        plane.Boot = BootConfigurations.Make();
        plane.OnAuthorize = request =>
        {
            if (!request.ComeBack)
            {
                throw FakePlane.Refusal(StatusCode.FailedPrecondition, "STAY_OUT", "An operator unregistered this machine (kernel update).");
            }
        };
        await using ControlledAgent agent = await ControlledAgent.StartAsync(_directory, plane, _log);
        await agent.WaitForAsync(AgentPhase.Out);
        OnboardingException refused = await Should.ThrowAsync<OnboardingException>(() =>
            agent.Client.RegisterAsync(new RegisterRequest(), null, CancellationToken.None));
        RefusalErrors.IdOf(refused).ShouldBe("StayOut");
        refused.Detail.ShouldBeGolden();
        refused.NextStep.ShouldContain("onboarding-agent register --override-exclusion");
        RefusalText.ForGroup(refused, "bookinfo/ratings").NextStep.ShouldContain("Register-MeshWorkload -Force");
        plane.Registrations.ShouldBeEmpty();

        (await agent.Client.RegisterAsync(new RegisterRequest { ComeBack = true, StartSidecar = true }, null, CancellationToken.None)).Phase
            .ShouldBe(AgentPhase.Healthy);
    }

    [Fact]
    public async Task A_machine_that_comes_back_to_a_plane_where_it_is_to_stay_out_stops_its_sidecar_and_forgets_its_registration()
    {
        await using FakePlane plane = await FakePlane.StartAsync();
        plane.Boot = BootConfigurations.Make();
        await using ControlledAgent agent = await ControlledAgent.StartAsync(_directory, plane, _log);
        FakeSession session = await plane.NextSessionAsync();
        await agent.WaitForAsync(AgentPhase.Healthy);
        plane.OnAuthorize = _ => throw FakePlane.Refusal(StatusCode.FailedPrecondition, "STAY_OUT", "An operator unregistered this machine.");
        session.Send(new Onboarding.Api.Rpc.PlaneMessage
        {
            RegistrationGone = new Onboarding.Api.Rpc.RegistrationGone { Reason = "REGISTRATION_DELETED", Rejoin = true },
        });
        await Eventually.Is(async () => (await agent.StatusAsync()).Failure?.Reason == "STAY_OUT", "the refusal");
        await Eventually.Is(async () => (await agent.StatusAsync()).Sidecar.Phase == SidecarPhase.Stopped, "the sidecar to be stopped");
        AgentStatus status = await agent.StatusAsync();
        status.Registration.ShouldBeEmpty();
        status.BootDirectory.ShouldBeEmpty();
    }
}
