using System.Buffers.Text;
using System.Text;
using Grpc.Core;
using Onboarding.Api;
using Onboarding.Api.Rpc;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.Endpoint;

/// <summary>A renewed token that can't be judged for the moment costs no session, and is judged when it can be.</summary>
public sealed class SessionRenewalTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);
    private readonly TemporaryDirectory _directory = new();
    private TestPlane _plane = null!;
    private CountingProxy _proxy = null!;
    private TestReplica _replica = null!;
    private TestAgent _agent = null!;
    private TestSession _session = null!;

    public async ValueTask InitializeAsync()
    {
        _plane = await TestPlane.StartAsync();
        _proxy = await CountingProxy.StartAsync(_plane.KubeconfigPath, _directory);
        _replica = await TestReplica.StartAsync(_plane, _proxy.KubeconfigPath, _time);
        _agent = _plane.Agent(through: _replica.Channel, now: _time.GetUtcNow());
        _session = await _agent.JoinAsync();
        await _session.NextAsync(PlaneMessage.MessageOneofCase.BootConfiguration);
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
    public async Task While_the_cluster_does_not_answer_the_session_stands_and_afterwards_the_token_is_judged()
    {
        await PresentUnjudgeableAsync();

        await _session.SendAsync(new AgentMessage { Heartbeat = new Heartbeat() });
        await _session.NextAsync(PlaneMessage.MessageOneofCase.Heartbeat);
        _proxy.Fault = _ => null;
        Task<RpcException?> end = _session.EndAsync();
        int passed = 0;
        await Eventually.Is(
            () =>
            {
                // Long enough for the next try, and not for the agent's silence to end the session.
                _time.Advance(passed++ < 80 ? TimeSpan.FromSeconds(1) : TimeSpan.Zero);
                return end.IsCompleted;
            },
            "the answer");

        TestAgent.ReasonOf((await end).ShouldNotBeNull(), StatusCode.Unauthenticated).Reason.ShouldBe(Reasons.TokenInvalid);
    }

    [Fact]
    public async Task A_token_that_comes_after_one_that_could_not_be_judged_takes_its_place()
    {
        await PresentUnjudgeableAsync();

        await _session.SendAsync(new AgentMessage { Token = new OnboardingToken { Token = _agent.Token } });
        await _session.NextAsync(PlaneMessage.MessageOneofCase.TokenAccepted);
        _proxy.Fault = _ => null;
        for (int i = 0; i < 80; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        await _session.SendAsync(new AgentMessage { Heartbeat = new Heartbeat() });
        await _session.NextAsync(PlaneMessage.MessageOneofCase.Heartbeat);
    }

    /// <summary>Presents a token by a key that the replica would have to ask the cluster for.</summary>
    private async Task PresentUnjudgeableAsync()
    {
        _proxy.Fault = request => request == "GET secrets" ? 403 : null;
        string[] parts = _agent.Token.Split('.');
        string header = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(parts[0]));
        string kid = System.Text.Json.Nodes.JsonNode.Parse(header)!["kid"]!.GetValue<string>();
        string other = header.Replace(kid, new string('A', kid.Length), StringComparison.Ordinal);
        string token = $"{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(other))}.{parts[1]}.{parts[2]}";
        await _session.SendAsync(new AgentMessage { Token = new OnboardingToken { Token = token } });
        await Eventually.Is(() => _plane.Log.Entries.Any(e => e.EventId.Id == 4116), "it can't be judged");
    }
}
