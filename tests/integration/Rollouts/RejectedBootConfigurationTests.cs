using Onboarding.Api.Meta;
using Onboarding.Api.Rpc;
using Onboarding.Api.Runtime;
using Onboarding.Testing;
using Onboarding.Tests.Integration.Endpoint;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.Rollouts;

/// <summary>What an agent couldn't put in force comes again, later and unchanged, until it can.</summary>
public sealed class RejectedBootConfigurationTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);
    private TestPlane _plane = null!;
    private TestReplica _replica = null!;
    private TestAgent _agent = null!;
    private TestSession _session = null!;

    public async ValueTask InitializeAsync()
    {
        _plane = await TestPlane.StartAsync();
        _replica = await TestReplica.StartAsync(_plane, _plane.KubeconfigPath, _time);
        _agent = _plane.Agent(through: _replica.Channel, now: _time.GetUtcNow());
        _session = await _agent.JoinAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _session.Dispose();
        await _replica.DisposeAsync();
        await _plane.DisposeAsync();
    }

    [Fact]
    public async Task What_was_rejected_is_said_and_sent_again_half_a_minute_later_until_it_is_taken()
    {
        Onboarding.Api.Rpc.BootConfiguration first = await NextAsync();
        await AnswerAsync(first, "No space left on device");
        await Eventually.Is(
            async () => await AppliedAsync() is { Status: "False", Reason: "Rejected", Message: "No space left on device" }, "the registration says why");

        _time.Advance(TimeSpan.FromSeconds(20));
        await _session.SendAsync(new AgentMessage { Heartbeat = new Heartbeat() });
        (await _session.NextAsync()).MessageCase.ShouldBe(PlaneMessage.MessageOneofCase.Heartbeat, "a full disk isn't helped by asking at once");
        _time.Advance(TimeSpan.FromSeconds(11));

        Onboarding.Api.Rpc.BootConfiguration second = await NextAsync();
        second.Version.ShouldBe(first.Version, "it is the same one, not a new version for each try");
        second.ClusterEnv.ShouldBe(first.ClusterEnv);
        await AnswerAsync(second, "No space left on device, once more");
        await Eventually.Is(async () => (await AppliedAsync())?.Message == "No space left on device, once more", "the second try was answered");

        _time.Advance(TimeSpan.FromSeconds(31));
        Onboarding.Api.Rpc.BootConfiguration third = await NextAsync();
        await AnswerAsync(third, "");

        await Eventually.Is(
            async () =>
            {
                _time.Advance(TimeSpan.FromSeconds(1));
                return await AppliedAsync() is { Status: "True", Reason: "Applied" };
            },
            "it is in force at last");
        (await StateAsync())!.Current!.Generation.ShouldBe(first.Version.Generation);
    }

    private async Task<Onboarding.Api.Rpc.BootConfiguration> NextAsync() =>
        (await _session.NextAsync(PlaneMessage.MessageOneofCase.BootConfiguration)).BootConfiguration;

    private Task AnswerAsync(Onboarding.Api.Rpc.BootConfiguration boot, string error) => _session.SendAsync(new AgentMessage
    {
        BootConfigurationStatus = new BootConfigurationStatus { Generation = boot.Version.Generation, Error = error },
    });

    private async Task<V1Condition?> AppliedAsync() =>
        (await _plane.Client.GetAsync<WorkloadAutoRegistration>(TestPlane.Namespace, _agent.Registration)).Status?.Conditions
            .FirstOrDefault(c => c.Type == "BootConfigurationApplied");

    private async Task<BootConfigurationState?> StateAsync() =>
        (await _plane.Client.GetAsync<WorkloadAutoRegistration>(TestPlane.Namespace, _agent.Registration)).Status?.BootConfiguration;
}
