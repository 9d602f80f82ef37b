using Onboarding.Api.Meta;
using Onboarding.Api.Rpc;
using Onboarding.Api.Runtime;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.Endpoint;

/// <summary>What an agent says of its sidecar, in the registration's status: when it changes and has lasted, and never often.</summary>
public sealed class SidecarHealthTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);
    private readonly TemporaryDirectory _directory = new();
    private TestPlane _plane = null!;
    private CountingProxy _proxy = null!;
    private TestReplica _replica = null!;
    private TestAgent _agent = null!;
    private TestSession _session = null!;
    private Onboarding.Api.Rpc.BootConfiguration _boot = null!;

    private static HealthReport Starting => new() { Sidecar = SidecarState.Starting, Message = "It is started with its boot configuration." };

    private HealthReport Ready => new() { Sidecar = SidecarState.Ready, SidecarReady = true, CoreHash = _boot.Version.CoreHash };

    public async ValueTask InitializeAsync()
    {
        _plane = await TestPlane.StartAsync();
        _proxy = await CountingProxy.StartAsync(_plane.KubeconfigPath, _directory);
        _replica = await TestReplica.StartAsync(_plane, _proxy.KubeconfigPath, _time);
        _agent = _plane.Agent(through: _replica.Channel, now: _time.GetUtcNow());
        await _agent.AuthorizeAsync();
        await _agent.RegisterAsync();
        _proxy.Reset();
        _session = await _agent.ConnectAsync(change: proof => proof.Health = Starting);
        _boot = (await _session.NextAsync(PlaneMessage.MessageOneofCase.BootConfiguration)).BootConfiguration;
    }

    public async ValueTask DisposeAsync()
    {
        _session.Dispose();
        await _replica.DisposeAsync();
        await _proxy.DisposeAsync();
        await _plane.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task The_write_that_begins_a_session_says_how_the_sidecar_is()
    {
        Writes.ShouldBe(["PUT workloadautoregistrations/status"]);

        V1Condition condition = (await ConditionAsync()).ShouldNotBeNull();
        (condition.Status, condition.Reason, condition.Message).ShouldBe(("False", "Starting", Starting.Message));
    }

    [Fact]
    public async Task A_ready_sidecar_is_one_write_and_takes_along_what_a_new_member_has()
    {
        await AnswerAsync();
        _proxy.Reset();
        await SayAsync(Ready);
        await PassAsync(1);
        Writes.ShouldBeEmpty("it hasn't lasted");

        await PassAsync(2);

        await Eventually.Is(async () => await ConditionAsync() is { Status: "True", Reason: "Ready" }, "ready");
        BootConfigurationState boot = (await MemberAsync()).Status!.BootConfiguration!;
        boot.Current.ShouldBe(boot.Desired);
        await PassAsync(60);
        Writes.ShouldBe(["PUT workloadautoregistrations/status"]);
    }

    [Fact]
    public async Task What_does_not_last_is_not_written()
    {
        await BecomeReadyAsync();
        _proxy.Reset();

        await SayAsync(new HealthReport { Sidecar = SidecarState.Failed, Message = "exit code 1" });
        await PassAsync(1);
        await SayAsync(Ready);
        await PassAsync(60);

        Writes.ShouldBeEmpty();
    }

    [Fact]
    public async Task An_agent_that_changes_its_words_or_its_mind_without_end_is_written_of_every_ten_seconds_at_most()
    {
        await BecomeReadyAsync();
        _proxy.Reset();

        // No faster than a session is read (SessionPace), or it would wait for a clock that stands still meanwhile.
        for (int second = 0; second < 60; second += 2)
        {
            await SayAsync(new HealthReport { Sidecar = second % 6 < 3 ? SidecarState.Failed : SidecarState.Stopped, Message = $"words {second}" });
            await PassAsync(2);
        }

        Writes.Length.ShouldBeInRange(1, 7);
        Writes.ShouldAllBe(w => w == "PUT workloadautoregistrations/status");
    }

    [Fact]
    public async Task Heartbeats_and_the_same_words_again_cost_nothing()
    {
        await BecomeReadyAsync();
        _proxy.Reset();

        for (int i = 0; i < 5; i++)
        {
            await SayAsync(Ready);
            await PassAsync(30);
        }

        Writes.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_sidecar_that_was_stopped_is_said_to_be_with_what_its_agent_says()
    {
        await BecomeReadyAsync();

        await SayAsync(new HealthReport { Sidecar = SidecarState.Stopped });
        await PassUntilAsync(async () => await ConditionAsync() is { Status: "False", Reason: "Stopped", Message: "The sidecar doesn't run." }, "stopped");

        await SayAsync(new HealthReport { Sidecar = SidecarState.Failed, Message = new string('x', 5000) });
        await PassUntilAsync(async () => await ConditionAsync() is { Status: "False", Reason: "Failed", Message.Length: 1024 }, "failed");
    }

    [Fact]
    public async Task Ready_without_readiness_is_starting_and_a_state_from_the_future_says_nothing()
    {
        await SayAsync(new HealthReport { Sidecar = (SidecarState)77 });
        await PassAsync(15);
        (await ConditionAsync()).ShouldNotBeNull().Reason.ShouldBe("Starting");

        await BecomeReadyAsync();
        await SayAsync(new HealthReport { Sidecar = SidecarState.Ready, SidecarReady = false });
        await PassUntilAsync(async () => await ConditionAsync() is { Status: "False", Reason: "Starting" }, "starting");
    }

    [Fact]
    public async Task Nobody_knows_how_the_sidecar_is_once_the_agent_is_gone()
    {
        await BecomeReadyAsync();
        _proxy.Reset();

        _session.Dispose();

        await Eventually.Is(
            async () => await ConditionAsync() is { Status: "Unknown", Reason: "AgentConnectionLost" }, "the loss is written");
        Writes.ShouldBe(["PUT workloadautoregistrations/status"], "the write that says that the agent is gone");
    }

    [Fact]
    public async Task A_write_that_fails_is_made_later()
    {
        await AnswerAsync();
        _proxy.Fault = request => request.Contains("/status", StringComparison.Ordinal) ? 500 : null;
        await SayAsync(Ready);
        await PassAsync(5);
        _proxy.Fault = _ => null;

        await Eventually.Is(
            async () =>
            {
                await PassAsync(5);
                return await ConditionAsync() is { Status: "True" };
            },
            "it is written");
    }

    // Of registrations: the leader says in policies how many members they have, at its own pace.
    private string[] Writes =>
        [.. _proxy.Requests.Where(r => r.Contains("workloadautoregistrations", StringComparison.Ordinal) && !r.StartsWith("GET ", StringComparison.Ordinal))];

    private async Task BecomeReadyAsync()
    {
        await AnswerAsync();
        await SayAsync(Ready);
        await PassUntilAsync(async () => await ConditionAsync() is { Status: "True" }, "ready");
    }

    private Task AnswerAsync() => _session.SendAsync(
        new AgentMessage { BootConfigurationStatus = new BootConfigurationStatus { Generation = _boot.Version.Generation, SidecarRestarted = true } });

    /// <summary>Says how the sidecar is; the plane has taken it when it returns, since it answers the heartbeat behind it.</summary>
    private async Task SayAsync(HealthReport health)
    {
        await _session.SendAsync(new AgentMessage { Health = health });
        await BeatAsync();
    }

    private async Task BeatAsync()
    {
        await _session.SendAsync(new AgentMessage { Heartbeat = new Heartbeat() });
        await _session.NextAsync(PlaneMessage.MessageOneofCase.Heartbeat);
    }

    private async Task PassAsync(int seconds)
    {
        for (int i = 0; i < seconds; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await BeatAsync();
        }
    }

    private Task PassUntilAsync(Func<Task<bool>> condition, string what) => Eventually.Is(
        async () =>
        {
            await PassAsync(5);
            return await condition();
        },
        what);

    private async Task<WorkloadAutoRegistration> MemberAsync() =>
        await _plane.Client.GetAsync<WorkloadAutoRegistration>(TestPlane.Namespace, _agent.Registration);

    private async Task<V1Condition?> ConditionAsync() =>
        (await MemberAsync()).Status!.Conditions.FirstOrDefault(c => c.Type == "SidecarReady");
}
