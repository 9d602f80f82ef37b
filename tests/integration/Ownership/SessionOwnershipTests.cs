using Onboarding.Client;
using Onboarding.Client.Control;
using Onboarding.Client.Errors;
using Onboarding.Client.Ownership;
using Onboarding.Client.State;
using Onboarding.Testing;
using Onboarding.Tests.Integration.ClientTests;
using Onboarding.Tests.Integration.ControlTests;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.OwnershipTests;

[Collection(nameof(AgentSocketVariable))]
public sealed class SessionOwnershipTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly TestLog _log = new();
    private readonly AgentSocketVariable _socket = new();

    public void Dispose()
    {
        _socket.Dispose();
        _log.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task An_agent_that_answers_is_handed_over_to()
    {
        await using FakePlane plane = await FakePlane.StartAsync();
        await using ControlledAgent agent = await ControlledAgent.StartAsync(_directory, plane, _log);
        foreach (SessionPreference preference in (SessionPreference[])[SessionPreference.Auto, SessionPreference.Service])
        {
            var found = (SessionOwner.Agent)await FindAsync(_directory["state"], preference, ServiceState.NotInstalled);
            await using ControlClient client = found.Client;
            client.Path.ShouldBe(agent.Path);
        }
    }

    [Fact]
    public async Task Whoever_asks_for_this_process_gets_it_and_a_second_owner_is_refused()
    {
        await using FakePlane plane = await FakePlane.StartAsync();
        await using ControlledAgent agent = await ControlledAgent.StartAsync(_directory, plane, _log);
        (await FindAsync(_directory["state"], SessionPreference.Process, ServiceState.Running)).ShouldBeOfType<SessionOwner.None>();
        Should.Throw<OnboardingException>(() => OnboardingAgent.Open(RunningAgent.Options(_directory, plane, _log) with { OwnerKind = "PowerShell" }))
            .ErrorId.ShouldBe("StateDirectoryInUse");
        StateDirectory.OwnerOf(_directory["state"]).ShouldBe(new StateDirectoryOwner(Environment.ProcessId, "service"));
    }

    [Fact]
    public void A_directory_nobody_has_has_no_owner()
    {
        StateDirectory.OwnerOf(_directory["nothing"]).ShouldBeNull();
        StateDirectory.Open(_directory["state"], "service").Dispose();
        StateDirectory.OwnerOf(_directory["state"]).ShouldBeNull();
    }

    [Fact]
    public async Task A_service_that_is_installed_and_stopped_is_to_be_started()
    {
        _socket.Set(_directory["none.sock"]);
        (await FindAsync(StateDirectory.DefaultPath, SessionPreference.Auto, ServiceState.Stopped)).ShouldBeOfType<SessionOwner.StoppedService>();
        (await FindAsync(StateDirectory.DefaultPath, SessionPreference.Service, ServiceState.Stopped)).ShouldBeOfType<SessionOwner.StoppedService>();
    }

    [Fact]
    public async Task Without_a_service_this_process_may()
    {
        _socket.Set(_directory["none.sock"]);
        (await FindAsync(StateDirectory.DefaultPath, SessionPreference.Auto, ServiceState.NotInstalled)).ShouldBeOfType<SessionOwner.None>();
    }

    [Fact]
    public async Task Asking_for_a_service_where_there_is_none_fails_instead_of_falling_back()
    {
        _socket.Set(_directory["none.sock"]);
        OnboardingException none = await Should.ThrowAsync<OnboardingException>(() =>
            FindAsync(StateDirectory.DefaultPath, SessionPreference.Service, ServiceState.NotInstalled));
        none.ErrorId.ShouldBe("ServiceNotInstalled");
        none.NextStep.ShouldBeGolden();
    }

    [Fact]
    public async Task A_service_that_runs_and_does_not_answer_is_a_failure()
    {
        _socket.Set(_directory["none.sock"]);
        (await Should.ThrowAsync<OnboardingException>(() => FindAsync(StateDirectory.DefaultPath, SessionPreference.Auto, ServiceState.Running)))
            .ErrorId.ShouldBe("ServiceNotStarted");
    }

    [Fact]
    public async Task With_a_state_directory_of_its_own_no_service_is_looked_for()
    {
        (await FindAsync(_directory["own"], SessionPreference.Auto, ServiceState.Running)).ShouldBeOfType<SessionOwner.None>();
        (await Should.ThrowAsync<OnboardingException>(() => FindAsync(_directory["own"], SessionPreference.Service, ServiceState.Running)))
            .ErrorId.ShouldBe("AgentNotRunning");
    }

    [Fact]
    public async Task A_service_is_started_and_waited_for()
    {
        await using FakePlane plane = await FakePlane.StartAsync();
        ControlledAgent? agent = null;
        string path = ControlSocket.PathFor(_directory["state"]);
        _socket.Set(path);
        var services = new FakeServices(ServiceState.Stopped)
        {
            OnStart = async () => agent = await ControlledAgent.StartAsync(_directory, plane, _log),
        };
        await using ControlClient client = await new SessionOwnership(services, TimeProvider.System).StartServiceAsync(CancellationToken.None);
        services.Started.ShouldBe(["onboarding-agent"]);
        (await client.GetStatusAsync(CancellationToken.None)).Namespace.ShouldBe("bookinfo");
        await agent!.DisposeAsync();
    }

    [Fact]
    public async Task A_service_that_never_answers_is_given_up()
    {
        _socket.Set(_directory["none.sock"]);
        var time = new FakeTimeProvider();
        Task<ControlClient> starting = new SessionOwnership(new FakeServices(ServiceState.Stopped), time).StartServiceAsync(CancellationToken.None);
        await Eventually.Is(
            () =>
            {
                time.Advance(TimeSpan.FromSeconds(1));
                return starting.IsCompleted;
            },
            "it to be given up");
        (await Should.ThrowAsync<OnboardingException>(() => starting)).ErrorId.ShouldBe("ServiceNotStarted");
    }

    private static Task<SessionOwner> FindAsync(string stateDirectory, SessionPreference preference, ServiceState state) =>
        new SessionOwnership(new FakeServices(state), TimeProvider.System).FindAsync(stateDirectory, preference, CancellationToken.None);
}
