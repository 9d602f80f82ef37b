using System.Text.Json.Nodes;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Onboarding.Api;
using Onboarding.Api.Policies;
using Onboarding.Api.Rpc;
using Onboarding.Api.Runtime;
using Onboarding.Endpoint.Sessions;
using Onboarding.Kubernetes;
using Onboarding.Kubernetes.Models;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.Endpoint;

/// <summary>Hours of a session in seconds: renewals, ends and pushes, with a clock that the test moves.</summary>
public sealed class SessionLifeTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);
    private readonly List<PlaneMessage> _received = [];
    private TestPlane _plane = null!;
    private TestReplica _replica = null!;
    private TestAgent _agent = null!;
    private TestSession _session = null!;

    public async ValueTask InitializeAsync()
    {
        _plane = await TestPlane.StartAsync();
        _replica = await TestReplica.StartAsync(_plane, _plane.KubeconfigPath, _time);
        _agent = Agent();
        _session = await _agent.JoinAsync();
        await _session.NextAsync(PlaneMessage.MessageOneofCase.BootConfiguration);
    }

    public async ValueTask DisposeAsync()
    {
        _session.Dispose();
        await _replica.DisposeAsync();
        await _plane.DisposeAsync();
    }

    [Fact]
    public async Task A_renewed_token_prolongs_the_session()
    {
        await PassAsync(TimeSpan.FromMinutes(40));
        _agent.Now = _time.GetUtcNow();
        AuthorizeOnboardingResponse renewed = await _agent.AuthorizeAsync();
        await SendTokenAsync(_agent.Token);

        DateTimeOffset until = (await _session.NextAsync(PlaneMessage.MessageOneofCase.TokenAccepted)).TokenAccepted.ExpiresAt.ToDateTimeOffset();

        until.ShouldBe(renewed.ExpiresAt.ToDateTimeOffset() + TimeSpan.FromSeconds(60));
        await PassAsync(TimeSpan.FromMinutes(59));
    }

    [Fact]
    public async Task A_session_ends_a_minute_after_its_token()
    {
        await PassAsync(TimeSpan.FromMinutes(60) + TimeSpan.FromSeconds(55));

        _time.Advance(TimeSpan.FromSeconds(10));

        await EndsAsync(StatusCode.Unauthenticated, Reasons.TokenExpired, "OnboardingTokenExpired");
    }

    [Fact]
    public async Task The_token_of_another_workload_ends_the_session()
    {
        TestAgent other = Agent("host-2");
        await other.AuthorizeAsync();

        await SendTokenAsync(other.Token);

        await EndsAsync(StatusCode.Unauthenticated, Reasons.TokenInvalid, "OnboardingTokenRefused");
    }

    [Theory]
    [InlineData("")]
    [InlineData("not-a-token")]
    public async Task A_token_that_is_none_ends_the_session(string token)
    {
        await SendTokenAsync(token);

        await EndsAsync(StatusCode.Unauthenticated, Reasons.TokenInvalid, "OnboardingTokenRefused");
    }

    [Fact]
    public async Task A_workload_that_no_policy_admits_any_more_gets_no_token_and_cannot_use_one_it_has()
    {
        await _agent.AuthorizeAsync();
        await _plane.Client.DeleteAsync<OnboardingPolicy>("bookinfo", "joiners");
        string held = _agent.Token;
        await Eventually.Is(async () => await Agent("host-2").RefusalAsync() == Reasons.NotAuthorized, "the policy is gone");

        (await TestAgent.RefusedAsync(() => _agent.AuthorizeAsync(), StatusCode.PermissionDenied)).Reason.ShouldBe(Reasons.NotAuthorized);
        await PassAsync(TimeSpan.FromMinutes(1));
        await SendTokenAsync(held);

        await EndsAsync(StatusCode.PermissionDenied, Reasons.NotAuthorized, "OnboardingTokenRefused");
    }

    [Fact]
    public async Task A6_No_istio_token_is_renewed_without_the_decision_and_the_session_ends()
    {
        await _plane.Client.DeleteAsync<OnboardingPolicy>("bookinfo", "joiners");
        await Eventually.Is(async () => await Agent("host-2").RefusalAsync() == Reasons.NotAuthorized, "the policy is gone");

        RpcException end = await Should.ThrowAsync<RpcException>(() => PassAsync(TimeSpan.FromMinutes(59)));

        TestAgent.ReasonOf(end, StatusCode.PermissionDenied).Reason.ShouldBe(Reasons.NotAuthorized);
        _received.ShouldAllBe(m => m.MessageCase == PlaneMessage.MessageOneofCase.Heartbeat);
    }

    [Fact]
    public async Task A6_Nothing_of_a_boot_configuration_is_given_without_the_decision_until_it_is_back()
    {
        await _plane.Client.DeleteAsync<OnboardingPolicy>("bookinfo", "joiners");
        await Eventually.Is(async () => await Agent("host-2").RefusalAsync() == Reasons.NotAuthorized, "the policy is gone");
        await _plane.Client.PatchAsync<V1Service>(
            "istio-system",
            "istio-eastwestgateway",
            V1Patch.Merge(JsonNode.Parse("""{"status": {"loadBalancer": {"ingress": [{"ip": "127.0.0.2"}]}}}""")!),
            new PatchOptions { Subresource = "status" });
        await Eventually.Is(
            async () =>
            {
                _time.Advance(TimeSpan.FromSeconds(1));
                await HeartbeatAsync();
                return (await _plane.Client.GetAsync<WorkloadAutoRegistration>("bookinfo", _agent.Registration)).Status!.Conditions
                    .Any(c => c is { Type: "BootConfigurationApplied", Reason: "NotMade" });
            },
            "the registration says that there is none");
        _received.ShouldAllBe(m => m.MessageCase == PlaneMessage.MessageOneofCase.Heartbeat);

        await _plane.CreatePolicyAsync();

        (await BootAsync()).Hosts.ShouldStartWith("127.0.0.2 ");
    }

    [Fact]
    public void A6_Every_kind_of_message_to_an_agent_is_known_to_give_something_or_not() =>
        PlaneMessage.Descriptor.Oneofs[0].Fields.Select(f => f.Name).Order().ShouldBe(new[]
        {
            // With a decision: the two tests above, and the one about renewed tokens.
            "boot_configuration", "live_configuration", "istio_token", "token_accepted",

            // What they say is worth nothing to who isn't admitted.
            "challenge", "established", "registration_gone", "relocate", "heartbeat",
        }.Order());

    [Fact]
    public async Task The_istio_token_is_renewed_at_half_of_its_life()
    {
        await PassAsync(TimeSpan.FromMinutes(26));
        _received.ShouldAllBe(m => m.MessageCase == PlaneMessage.MessageOneofCase.Heartbeat);

        await PassAsync(TimeSpan.FromMinutes(4) + TimeSpan.FromSeconds(10));
        PlaneMessage token = _received.FirstOrDefault(m => m.MessageCase == PlaneMessage.MessageOneofCase.IstioToken)
            ?? await _session.NextAsync(PlaneMessage.MessageOneofCase.IstioToken);

        token.IstioToken.Token.Split('.').Length.ShouldBe(3);
        token.IstioToken.ExpiresAt.ToDateTimeOffset().ShouldBeGreaterThan(_time.GetUtcNow());
    }

    [Fact]
    public async Task An_istio_token_that_could_not_be_renewed_for_a_reason_nobody_expected_is_tried_again()
    {
        _plane.Log.Expect("in its work for bookinfo/");
        AgentSession session = _replica.Services.GetRequiredService<SessionRegistry>().Find(_agent.RegistrationUid)!;
        WorkloadAutoRegistration member = session.Member;
        session.Member = member with { Spec = null };
        await PumpAsync(() => _plane.Log.Entries.Any(e => e.EventId.Id == 4105), "the fault");

        session.Member = member;

        await PumpAsync(() => _received.Any(m => m.MessageCase == PlaneMessage.MessageOneofCase.IstioToken), "the token");
    }

    [Fact]
    public async Task A_gateway_with_a_new_address_is_told_at_once_and_without_a_restart()
    {
        await _plane.Client.PatchAsync<V1Service>(
            "istio-system",
            "istio-eastwestgateway",
            V1Patch.Merge(JsonNode.Parse("""{"status": {"loadBalancer": {"ingress": [{"ip": "127.0.0.2"}]}}}""")!),
            new PatchOptions { Subresource = "status" });

        Onboarding.Api.Rpc.BootConfiguration boot = await BootAsync();
        boot.Hosts.ShouldBe("127.0.0.2 istiod.istio-system.svc\n");
        boot.Version.Generation.ShouldBe(2);
        WorkloadAutoRegistration member = await _plane.Client.GetAsync<WorkloadAutoRegistration>("bookinfo", _agent.Registration);
        member.Status!.BootConfiguration!.Desired!.Generation.ShouldBe(2);
        member.Status.BootConfiguration.Desired.CoreHash.ShouldBe(boot.Version.CoreHash);
    }

    [Fact]
    public async Task A_changed_mesh_configuration_is_given_to_keep_and_put_in_force_when_the_rollout_admits_it()
    {
        await _plane.PauseRolloutAsync(true, _replica.Services);
        await _session.SendAsync(new AgentMessage { BootConfigurationStatus = new BootConfigurationStatus { Generation = 1, SidecarRestarted = true } });
        await HeartbeatAsync();
        V1ConfigMap mesh = await _plane.Client.GetAsync<V1ConfigMap>("istio-system", "istio");
        string changed = mesh.Data["mesh"].Replace("defaultConfig:", "defaultConfig:\n  concurrency: 7", StringComparison.Ordinal);
        changed.ShouldNotBe(mesh.Data["mesh"]);
        await _plane.Client.PatchAsync<V1ConfigMap>(
            "istio-system", "istio", V1Patch.Merge(new JsonObject { ["data"] = new JsonObject { ["mesh"] = changed } }));

        Onboarding.Api.Rpc.BootConfiguration kept = await BootAsync();
        kept.Pending.ShouldBeTrue();
        kept.Version.Generation.ShouldBe(2);
        kept.IstioToken.ShouldBeNull("nobody needs a token to look at it");
        kept.MeshYaml.ShouldContain("concurrency: 7");
        WorkloadAutoRegistration member = await _plane.Client.GetAsync<WorkloadAutoRegistration>("bookinfo", _agent.Registration);
        member.Status!.BootConfiguration!.Desired!.Generation.ShouldBe(2);
        member.Status.BootConfiguration.Current!.Generation.ShouldBe(1);
        member.Status.Conditions.Single(c => c.Type == "BootConfigurationApplied").Reason.ShouldBe("WaitingForRollout");

        await _plane.PauseRolloutAsync(false, _replica.Services);

        Onboarding.Api.Rpc.BootConfiguration inForce = await BootAsync();
        inForce.Pending.ShouldBeFalse();
        inForce.Version.ShouldBe(kept.Version);
        inForce.IstioToken.Token.ShouldNotBeEmpty();
    }

    [Fact]
    public async Task What_a_new_member_has_is_written_when_the_rush_is_over()
    {
        await _session.SendAsync(new AgentMessage { BootConfigurationStatus = new BootConfigurationStatus { Generation = 1, SidecarRestarted = true } });

        // Its answer says that what came before it was read: the plane's wait begins now, and not somewhere in the time that passes.
        await HeartbeatAsync();
        await PassAsync(TimeSpan.FromSeconds(25));
        (await StateAsync()).Current.ShouldBeNull("a join has the writes it may have");

        await Eventually.Is(
            async () =>
            {
                _time.Advance(TimeSpan.FromSeconds(10));
                await HeartbeatAsync();
                return await StateAsync() is { Current: { } current, Desired: { } desired } && current == desired;
            },
            "it is written");
    }

    private async Task<BootConfigurationState> StateAsync() =>
        (await _plane.Client.GetAsync<WorkloadAutoRegistration>("bookinfo", _agent.Registration)).Status!.BootConfiguration!;

    private async Task<Onboarding.Api.Rpc.BootConfiguration> BootAsync()
    {
        _received.Clear();
        await PumpAsync(() => _received.Any(m => m.MessageCase == PlaneMessage.MessageOneofCase.BootConfiguration), "the push", TimeSpan.FromSeconds(1));
        return _received.First(m => m.MessageCase == PlaneMessage.MessageOneofCase.BootConfiguration).BootConfiguration;
    }

    [Fact]
    public async Task An_agent_that_says_nothing_for_three_heartbeats_is_cut_off()
    {
        await PassAsync(TimeSpan.FromMinutes(2));

        _time.Advance(TimeSpan.FromSeconds(95));

        await EndsAsync(StatusCode.Aborted, Reasons.SessionProtocol, "AgentSilent");
    }

    /// <summary>
    /// Lets time pass, and the agent live, until something has happened. Each heartbeat is waited for: time that runs away from a plane that
    /// does something else at the moment makes a silent agent of it.
    /// </summary>
    private Task PumpAsync(Func<bool> condition, string what, TimeSpan? step = null) => Eventually.Is(
        async () =>
        {
            _time.Advance(step ?? TimeSpan.FromSeconds(20));
            await HeartbeatAsync();
            return condition();
        },
        what);

    private TestAgent Agent(string subject = "host-1") => _plane.Agent(subject, through: _replica.Channel, now: _time.GetUtcNow());

    private Task SendTokenAsync(string token) =>
        _session.SendAsync(new AgentMessage { Token = new OnboardingToken { Token = token } });

    /// <summary>Lets time pass with a heartbeat each minute, and keeps what the plane says.</summary>
    private async Task PassAsync(TimeSpan time)
    {
        TimeSpan left = time;
        while (left > TimeSpan.Zero)
        {
            TimeSpan step = left < TimeSpan.FromMinutes(1) ? left : TimeSpan.FromMinutes(1);
            _time.Advance(step);
            left -= step;
            await HeartbeatAsync();
        }
    }

    private async Task HeartbeatAsync()
    {
        try
        {
            await _session.SendAsync(new AgentMessage { Heartbeat = new Heartbeat() });
        }
        catch (RpcException)
        {
            // It met the end of the session. Why that ended is in what the plane sent, not in this.
        }

        while (true)
        {
            PlaneMessage message = await _session.NextAsync();
            _received.Add(message);
            if (message.MessageCase == PlaneMessage.MessageOneofCase.Heartbeat)
            {
                return;
            }
        }
    }

    private async Task EndsAsync(StatusCode code, string reason, string condition)
    {
        RpcException end = (await _session.EndAsync()).ShouldNotBeNull();
        TestAgent.ReasonOf(end, code).Reason.ShouldBe(reason);
        await Eventually.Is(
            async () => (await _plane.Client.GetAsync<WorkloadAutoRegistration>("bookinfo", _agent.Registration)).Status!.Conditions
                .Any(c => c is { Type: "AgentConnected", Status: "False" } && c.Reason == condition),
            $"AgentConnected=False, {condition}");
    }
}
