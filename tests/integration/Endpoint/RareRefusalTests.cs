using System.Text.Json.Nodes;
using Google.Protobuf;
using Google.Rpc;
using Grpc.Core;
using Onboarding.Api;
using Onboarding.Api.Istio;
using Onboarding.Api.Rpc;
using Onboarding.Api.Runtime;
using Onboarding.Kubernetes;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.Endpoint;

/// <summary>Refusals that an honest agent seldom meets, each by the real endpoint with its own reason code.</summary>
public sealed class RareRefusalTests : IAsyncLifetime
{
    private TestPlane _plane = null!;

    public async ValueTask InitializeAsync() => _plane = await TestPlane.StartAsync();

    public ValueTask DisposeAsync() => _plane.DisposeAsync();

    [Fact]
    public async Task An_agent_that_verifies_no_certificate_where_the_plane_asks_for_it()
    {
        await _plane.ConfigureAsync(new JsonObject { ["minimumTransport"] = "Verified" });
        await Eventually.Is(
            async () => (await _plane.Agent().GetPlaneAsync()).MinimumTransport == MinimumTransport.Verified, "the plane takes its configuration");

        ErrorInfo info = await TestAgent.RefusedAsync(
            () => _plane.Agent().AuthorizeAsync(change: r => r.InsecureTransport = true), StatusCode.FailedPrecondition);

        info.Reason.ShouldBe(Reasons.InsecureTransport);
        await _plane.Agent().AuthorizeAsync();
    }

    [Fact]
    public async Task A_challenge_that_was_kept_for_longer_than_two_minutes()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using TestReplica replica = await TestReplica.StartAsync(_plane, _plane.KubeconfigPath, time);
        TestAgent agent = _plane.Agent(through: replica.Channel);
        ByteString kept = (await agent.GetPlaneAsync()).Challenge;
        time.Advance(TimeSpan.FromSeconds(121));

        // Two minutes are also more than an unproved connection may be idle: a call may meet its end, and goes over another one next time.
        await Eventually.Is(
            async () => await agent.RefusalAsync(change: r => r.Challenge = kept) == Reasons.ChallengeExpired, "the challenge is too old");
    }

    [Fact]
    public async Task A_registration_without_a_token()
    {
        var client = new WorkloadRegistrationService.WorkloadRegistrationServiceClient(_plane.Channel);

        ErrorInfo info = await TestAgent.RefusedAsync(
            async () => await client.RegisterWorkloadAsync(new SignedRequest()), StatusCode.Unauthenticated);

        info.Reason.ShouldBe(Reasons.TokenMissing);
    }

    [Fact]
    public async Task A_name_that_a_registration_of_another_group_has()
    {
        TestAgent agent = _plane.Agent();
        await agent.AuthorizeAsync();
        await agent.RegisterAsync();
        // As if someone had made the group again, and the old member's record were still there.
        await _plane.Client.PatchAsync<WorkloadAutoRegistration>("bookinfo", agent.Registration, V1Patch.Merge(new JsonObject
        {
            ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { [WellKnownAnnotations.WorkloadGroupUid] = "another" } },
        }));

        ErrorInfo? info = null;
        await Eventually.Is(
            async () =>
            {
                try
                {
                    await agent.RegisterAsync();
                    return false;
                }
                catch (RpcException e)
                {
                    info = TestAgent.ReasonOf(e, StatusCode.FailedPrecondition);
                    return info.Reason == Reasons.NameConflict;
                }
            },
            "the endpoint sees the record");

        info!.Reason.ShouldBe(Reasons.NameConflict);
    }

    [Fact]
    public async Task A_session_that_the_same_agent_opened_anew()
    {
        TestAgent agent = _plane.Agent();
        using TestSession first = await agent.JoinAsync();
        PlaneMessage established = await first.NextAsync(PlaneMessage.MessageOneofCase.Established);
        await first.SendAsync(new AgentMessage { EpochStored = new EpochStored { Epoch = established.Established.Epoch } });
        using TestSession second = await agent.ConnectAsync(established.Established.Epoch);
        await second.NextAsync(PlaneMessage.MessageOneofCase.Established);

        RpcException end = (await first.EndAsync()).ShouldNotBeNull();

        TestAgent.ReasonOf(end, StatusCode.Aborted).Reason.ShouldBe(Reasons.SessionReplaced);
    }

    [Fact]
    public async Task A_group_whose_service_account_does_not_exist()
    {
        await _plane.Client.PatchAsync<WorkloadGroup>("bookinfo", "ratings", V1Patch.Merge(new JsonObject
        {
            ["spec"] = new JsonObject { ["template"] = new JsonObject { ["serviceAccount"] = "nobody" } },
        }));
        RpcException? end = null;
        await Eventually.Is(
            async () =>
            {
                using TestSession session = await _plane.Agent($"host-{Guid.NewGuid():N}").JoinAsync();
                end = await EndAsync(session);
                return end is not null;
            },
            "the endpoint sees the group");

        TestAgent.ReasonOf(end!, StatusCode.Unavailable).Reason.ShouldBe(Reasons.BootConfigurationUnavailable);
        end!.Status.Detail.ShouldBeGolden();
    }

    /// <returns>How it ended; null if it got a boot configuration.</returns>
    private static async Task<RpcException?> EndAsync(TestSession session)
    {
        try
        {
            await session.NextAsync(PlaneMessage.MessageOneofCase.BootConfiguration);
            return null;
        }
        catch (RpcException e)
        {
            return e;
        }
    }
}
