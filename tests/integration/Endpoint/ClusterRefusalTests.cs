using System.Text.Json.Nodes;
using Grpc.Core;
using Onboarding.Api;
using Onboarding.Api.Istio;
using Onboarding.Api.Runtime;
using Onboarding.Kubernetes;
using Onboarding.Kubernetes.Models;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.Endpoint;

/// <summary>What the cluster won't take until people change something isn't called temporary, and leaves nothing behind.</summary>
public sealed class ClusterRefusalTests
{
    [Fact]
    public async Task B10_A_group_with_a_label_that_no_object_may_have_is_named_told_and_leaves_nothing()
    {
        // Istio's webhook takes the length, the API server doesn't.
        string label = new('v', 70);
        await using TestPlane plane = await TestPlane.StartAsync();
        await plane.Client.PatchAsync<WorkloadGroup>(
            TestPlane.Namespace,
            TestPlane.Group,
            V1Patch.Merge(new JsonObject { ["spec"] = new JsonObject { ["metadata"] = new JsonObject { ["labels"] = new JsonObject { ["version"] = label } } } }));
        await Eventually.Is(async () => await plane.Agent().RefusalAsync() == Reasons.RecordInvalid, "the plane sees the group");

        RpcException e = await Should.ThrowAsync<RpcException>(() => plane.Agent().AuthorizeAsync());

        TestAgent.ReasonOf(e, StatusCode.FailedPrecondition).Reason.ShouldBe(Reasons.RecordInvalid);
        e.Status.Detail.ShouldContain($"version: {label}");
        (await plane.Client.ListAsync<WorkloadAutoRegistration>(TestPlane.Namespace)).Items.ShouldBeEmpty();
        await Eventually.Is(
            async () => (await plane.Client.ListAsync<CoreV1Event>(TestPlane.Namespace)).Items.Any(v =>
                v.InvolvedObject.Name == TestPlane.Group && v.Message?.Contains(Reasons.RecordInvalid, StringComparison.Ordinal) == true),
            "the Event");
    }

    [Theory]
    [InlineData(422, Reasons.RecordInvalid, StatusCode.FailedPrecondition, true)]
    [InlineData(403, Reasons.PlaneNotPermitted, StatusCode.Unavailable, false)]
    [InlineData(409, Reasons.RecordConflict, StatusCode.Unavailable, false)]
    [InlineData(500, Reasons.KubernetesUnavailable, StatusCode.Unavailable, false)]
    public async Task B10_An_entry_that_is_refused_for_good_takes_the_registration_with_it(int status, string reason, StatusCode code, bool isPermanent)
    {
        await using TestPlane plane = await TestPlane.StartAsync();
        using var directory = new TemporaryDirectory();
        await using CountingProxy proxy = await CountingProxy.StartAsync(plane.KubeconfigPath, directory);
        await using TestReplica replica = await TestReplica.StartAsync(plane, proxy.KubeconfigPath);
        TestAgent agent = plane.Agent(through: replica.Channel);
        await agent.AuthorizeAsync();
        proxy.Fault = request => request == "PATCH workloadentries" ? status : null;

        (await TestAgent.RefusedAsync(() => agent.RegisterAsync(), code)).Reason.ShouldBe(reason);

        (await plane.Client.ListAsync<WorkloadAutoRegistration>(TestPlane.Namespace)).Items.Count.ShouldBe(isPermanent ? 0 : 1);
    }
}
