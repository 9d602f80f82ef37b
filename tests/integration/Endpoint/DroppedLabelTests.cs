using System.Text.Json.Nodes;
using Onboarding.Api.Istio;
using Onboarding.Api.Policies;
using Onboarding.Api.Rpc;
using Onboarding.Kubernetes;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.Endpoint;

/// <summary>Attack: a member reports a label by which a Service selects that its group has nothing to do with.</summary>
public sealed class DroppedLabelTests
{
    [Fact]
    public async Task A8_Labels_that_no_rule_names_are_dropped_and_named_and_those_of_versions_count()
    {
        await using TestPlane plane = await TestPlane.StartAsync();
        TestAgent agent = plane.Agent();
        await agent.AuthorizeAsync();

        RegisterWorkloadResponse answer = await agent.RegisterAsync(Labelled(agent, ("k8s-app", "db"), ("tier", "payments"),
            ("version", "v9"), ("app.kubernetes.io/version", "v9"), ("service.istio.io/canonical-revision", "v9")));

        answer.DroppedLabels.ShouldBe(["k8s-app", "tier"]);
        IReadOnlyDictionary<string, string> labels = (await plane.Client.GetAsync<WorkloadEntry>(TestPlane.Namespace, agent.Registration)).Spec.Labels;
        labels.Keys.Order().ShouldBe(["app", "app.kubernetes.io/version", "service.istio.io/canonical-revision", "version"]);
        labels["version"].ShouldBe("v1", "the group's own stands");
        plane.Log.Entries.Single(e => e.EventId.Id == 4119).Message.ShouldContain(" k8s-app, tier.");
    }

    [Fact]
    public async Task A8_A_member_that_had_such_labels_loses_them_with_its_next_registration_and_a_rule_opens_them()
    {
        await using TestPlane plane = await TestPlane.StartAsync();
        TestAgent agent = plane.Agent();
        await agent.AuthorizeAsync();
        await agent.RegisterAsync();
        await plane.Client.PatchAsync<WorkloadEntry>(
            TestPlane.Namespace,
            agent.Registration,
            V1Patch.Apply(new JsonObject
            {
                ["apiVersion"] = WorkloadEntry.Definition.ApiVersion,
                ["kind"] = "WorkloadEntry",
                ["metadata"] = new JsonObject { ["name"] = agent.Registration, ["namespace"] = TestPlane.Namespace },
                ["spec"] = new JsonObject { ["address"] = "10.1.2.3", ["labels"] = new JsonObject { ["tier"] = "payments" } },
            }),
            new PatchOptions { FieldManager = "onboarding-plane", Force = true });

        await agent.RegisterAsync(Labelled(agent, ("tier", "payments")));

        (await plane.Client.GetAsync<WorkloadEntry>(TestPlane.Namespace, agent.Registration)).Spec.Labels.Keys.ShouldNotContain("tier");

        await plane.Client.PatchAsync<OnboardingPolicy>(
            TestPlane.Namespace,
            "joiners",
            V1Patch.Json(new JsonArray(new JsonObject
            {
                ["op"] = "add",
                ["path"] = "/spec/allow/0/labels",
                ["value"] = new JsonArray(new JsonObject { ["key"] = "tier" }),
            })));
        await Eventually.Is(
            async () => (await agent.RegisterAsync(Labelled(agent, ("tier", "payments")))).DroppedLabels.Count == 0, "the plane has the policy");
        (await plane.Client.GetAsync<WorkloadEntry>(TestPlane.Namespace, agent.Registration)).Spec.Labels["tier"].ShouldBe("payments");
    }

    private static RegisterWorkloadRequest Labelled(TestAgent agent, params (string Key, string Value)[] labels)
    {
        RegisterWorkloadRequest request = agent.RegisterRequest();
        request.Registration.Workload = new WorkloadInfo();
        foreach ((string key, string value) in labels)
        {
            request.Registration.Workload.Labels[key] = value;
        }

        return request;
    }
}
