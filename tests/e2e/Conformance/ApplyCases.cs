using System.Text.Json.Nodes;
using Onboarding.Kubernetes;
using Onboarding.Kubernetes.Models;
using Onboarding.Tests.E2E.Conformance.Servers;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.E2E.Conformance;

[Collection(ConformanceSuite.Name)]
public sealed class ApplyCases(ConformanceServers servers)
{
    [Theory, OnEmbedded, OnKubernetes]
    public async Task Applying_creates_changes_and_leaves_alone(ServerKind server)
    {
        Stage stage = await servers.StageAsync(server);
        V1ConfigMap made = await ApplyAsync(stage, "one", ("k", "v"), ("l", "w"));
        V1ConfigMap same = await ApplyAsync(stage, "one", ("k", "v"), ("l", "w"));
        same.Metadata.ResourceVersion.ShouldBe(made.Metadata.ResourceVersion);
        V1ConfigMap less = await ApplyAsync(stage, "one", ("k", "v"));
        less.Data.ShouldBe(new Dictionary<string, string> { ["k"] = "v" });
    }

    [Theory, OnEmbedded, OnKubernetes]
    public async Task Managers_keep_what_is_theirs(ServerKind server)
    {
        Stage stage = await servers.StageAsync(server);
        await ApplyAsync(stage, "one", ("k", "v"));
        V1ConfigMap both = await ApplyAsync(stage, "two", ("l", "w"));
        both.Data.Count.ShouldBe(2);
        (await ApplyAsync(stage, "one")).Data.ShouldBe(new Dictionary<string, string> { ["l"] = "w" });
    }

    [Theory, OnEmbedded, OnKubernetes]
    public async Task Another_managers_field_is_a_conflict_until_it_is_forced(ServerKind server)
    {
        Stage stage = await servers.StageAsync(server);
        await ApplyAsync(stage, "one", ("k", "v"));
        KubernetesException conflict = await Stage.RefusedAsync(ApplyAsync(stage, "two", ("k", "w")), 409, StatusReason.Conflict);
        conflict.Status.Message.ShouldBe("Apply failed with 1 conflict: conflict with \"one\": .data.k");
        conflict.Status.Details!.Causes.ShouldHaveSingleItem()
            .ShouldBe(new V1StatusCause("FieldManagerConflict", "conflict with \"one\"", ".data.k"));
        V1ConfigMap forced = await stage.Client.PatchAsync<V1ConfigMap>(
            stage.Namespace, "a", Desired(("k", "w")), new PatchOptions { FieldManager = "two", Force = true });
        forced.Data["k"].ShouldBe("w");
        JsonNode owner = forced.Metadata.ManagedFields.ShouldNotBeNull().ShouldHaveSingleItem()!;
        (owner["manager"]!.ToString(), owner["operation"]!.ToString()).ShouldBe(("two", "Apply"));
    }

    [Theory, OnEmbedded, OnKubernetes]
    public async Task A_value_both_want_is_shared(ServerKind server)
    {
        Stage stage = await servers.StageAsync(server);
        await ApplyAsync(stage, "one", ("k", "v"));
        V1ConfigMap shared = await ApplyAsync(stage, "two", ("k", "v"));
        shared.Metadata.ManagedFields.ShouldNotBeNull().Count.ShouldBe(2);
        (await ApplyAsync(stage, "one")).Data.Keys.ShouldContain("k", "two still wants it");
    }

    [Theory, OnEmbedded, OnKubernetes]
    public async Task A_field_set_by_an_update_conflicts_too(ServerKind server)
    {
        Stage stage = await servers.StageAsync(server);
        await stage.ConfigMapAsync("a", ("k", "v"));
        KubernetesException conflict = await Stage.RefusedAsync(ApplyAsync(stage, "two", ("k", "w")), 409, StatusReason.Conflict);
        conflict.Status.Message.ShouldNotBeNull().ShouldStartWith("Apply failed with 1 conflict: conflict with \"onboarding\" using v1");
    }

    [Theory, OnEmbedded, OnKubernetes]
    public async Task Items_of_a_list_with_keys_have_their_own_owners(ServerKind server)
    {
        Stage stage = await servers.StageAsync(server);
        string path = stage.Path("apis/install.onboarding.tetrate.io/v1alpha1", "onboardingplanes");
        (await stage.Raw.PostAsync(path, """{"apiVersion":"install.onboarding.tetrate.io/v1alpha1","kind":"OnboardingPlane","metadata":{"name":"p"},"spec":{}}""")).Expect(201);
        await ConditionAsync("one", "Ready", "True");
        RawAnswer both = await ConditionAsync("two", "Synced", "False");
        both.Json["status"]!["conditions"]!.AsArray().Select(c => c!["type"]!.ToString()).ShouldBe(["Ready", "Synced"], ignoreOrder: true);
        (await ConditionAsync("two", "Ready", "False")).Expect(409)["message"]
            .ShouldNotBeNull() // servers from 1.22 on name the subresource
            .ShouldMatch("^Apply failed with 1 conflict: conflict with \"one\"( with subresource \"status\")?: \\.status\\.conditions\\[type=\"Ready\"\\]\\.status$");

        Task<RawAnswer> ConditionAsync(string manager, string type, string status) => stage.Raw.PatchAsync(
            $"{path}/p/status?fieldManager={manager}",
            $$"""
            apiVersion: install.onboarding.tetrate.io/v1alpha1
            kind: OnboardingPlane
            metadata: {name: p}
            status:
              conditions:
              - {type: {{type}}, status: "{{status}}"}
            """,
            "application/apply-patch+yaml");
    }

    private static Task<V1ConfigMap> ApplyAsync(Stage stage, string manager, params (string Key, string Value)[] data) =>
        stage.Client.PatchAsync<V1ConfigMap>(stage.Namespace, "a", Desired(data), new PatchOptions { FieldManager = manager });

    private static V1Patch Desired(params (string Key, string Value)[] data) => V1Patch.Apply(new JsonObject
    {
        ["apiVersion"] = "v1",
        ["kind"] = "ConfigMap",
        ["metadata"] = new JsonObject { ["name"] = "a" },
        ["data"] = new JsonObject(data.Select(d => KeyValuePair.Create(d.Key, (JsonNode?)d.Value))),
    });
}
