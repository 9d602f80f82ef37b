using System.Text.Json.Nodes;
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

/// <summary>Attack: a group "ratings" with instance "b-1" and a group "ratings-b" with instance "1" make one name.</summary>
public sealed class IdentityNotNameTests
{
    [Fact]
    public async Task A11_Unregistering_takes_a_uid()
    {
        await using TestPlane plane = await TestPlane.StartAsync();
        TestAgent agent = plane.Agent();
        await agent.AuthorizeAsync();
        await agent.RegisterAsync();
        agent.RegistrationUid = "";

        (await TestAgent.RefusedAsync(() => agent.UnregisterAsync(), StatusCode.InvalidArgument)).Reason.ShouldBe(Reasons.InvalidRequest);

        (await plane.Client.ListAsync<WorkloadEntry>(TestPlane.Namespace)).Items.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A11_A_registration_of_that_name_and_uid_of_another_identity_is_neither_deleted_nor_connected_to()
    {
        await using TestPlane plane = await TestPlane.StartAsync();
        TestAgent agent = plane.Agent();
        await agent.AuthorizeAsync();
        await agent.RegisterAsync();

        // As if the other pair of group and instance had been first.
        await plane.Client.PatchAsync<WorkloadAutoRegistration>(
            TestPlane.Namespace,
            agent.Registration,
            V1Patch.Merge(new JsonObject { ["spec"] = new JsonObject { ["identity"] = new JsonObject { ["jwt"] = new JsonObject { ["subject"] = "host-9" } } } }));
        await Eventually.Is(
            async () =>
            {
                using TestSession session = await agent.ConnectAsync();
                return (await session.EndAsync()) is { } e && TestAgent.ReasonOf(e).Reason == Reasons.RegistrationNotFound;
            },
            "the session is refused");

        await agent.UnregisterAsync();

        (await plane.Client.TryGetAsync<WorkloadAutoRegistration>(TestPlane.Namespace, agent.Registration)).ShouldNotBeNull();
        (await plane.Client.TryGetAsync<WorkloadEntry>(TestPlane.Namespace, agent.Registration)).ShouldNotBeNull();
    }

    [Fact]
    public async Task A11_An_entry_that_others_wrote_is_not_taken_over_and_no_half_member_stays()
    {
        await using TestPlane plane = await TestPlane.StartAsync();
        TestAgent agent = plane.Agent();
        await agent.AuthorizeAsync();
        await plane.Client.CreateAsync(WorkloadEntry.FromJson((JsonObject)JsonNode.Parse($$$"""
            {"metadata": {"name": "{{{agent.Registration}}}", "namespace": "bookinfo"},
             "spec": {"address": "10.7.7.7", "labels": {"app": "db"} } }
            """)!));

        (await TestAgent.RefusedAsync(() => agent.RegisterAsync(), StatusCode.FailedPrecondition)).Reason.ShouldBe(Reasons.NameConflict);

        (await plane.Client.GetAsync<WorkloadEntry>(TestPlane.Namespace, agent.Registration)).Spec.Address.ShouldBe("10.7.7.7");
        (await plane.Client.ListAsync<WorkloadAutoRegistration>(TestPlane.Namespace)).Items.ShouldBeEmpty();
    }

    [Fact]
    public async Task A12_Numbers_and_times_of_an_agent_that_can_not_be_are_refused_and_named()
    {
        await using TestPlane plane = await TestPlane.StartAsync();
        TestAgent agent = plane.Agent();
        await agent.AuthorizeAsync();
        await agent.RegisterAsync();
        foreach ((long epoch, long generation, long expires) in new[]
        {
            (-1L, 1L, 0L), (long.MaxValue, 1, 0), (0, long.MaxValue, 0), (0, -1, 0), (0, 1, long.MaxValue), (0, 1, long.MinValue),
        })
        {
            using TestSession session = await agent.ConnectAsync(epoch, proof =>
            {
                proof.BootConfiguration = new BootConfigurationVersion { Generation = generation, CoreHash = new string('a', 64), LiveHash = new string('a', 64) };
                proof.IstioTokenExpiresAt = new Google.Protobuf.WellKnownTypes.Timestamp { Seconds = expires };
            });

            RpcException e = (await session.EndAsync()).ShouldNotBeNull();
            TestAgent.ReasonOf(e, StatusCode.InvalidArgument).Reason.ShouldBe(Reasons.InvalidRequest, $"{epoch} {generation} {expires}");
        }
    }
}
