using System.Text.Json.Nodes;
using Onboarding.Api.Istio;
using Onboarding.Api.Runtime;
using Onboarding.Kubernetes;
using Onboarding.Kubernetes.Models;
using Onboarding.Tests.E2E.Conformance.Servers;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.E2E.Conformance;

[Collection(ConformanceSuite.Name)]
public sealed class PatchCases(ConformanceServers servers)
{
    [Theory, OnEmbedded, OnKubernetes]
    public async Task A_merge_patch_sets_and_removes_fields(ServerKind server)
    {
        Stage stage = await servers.StageAsync(server);
        await stage.ConfigMapAsync("a", ("keep", "1"), ("drop", "2"));
        V1ConfigMap patched = await stage.Client.PatchAsync<V1ConfigMap>(
            stage.Namespace, "a", V1Patch.Merge(Stage.Json("""{"data":{"drop":null,"new":"3"}}""")));
        patched.Data.ShouldBe(new Dictionary<string, string> { ["keep"] = "1", ["new"] = "3" }, ignoreOrder: true);
    }

    [Theory, OnEmbedded, OnKubernetes]
    public async Task A_merge_patch_that_names_an_old_version_conflicts(ServerKind server)
    {
        Stage stage = await servers.StageAsync(server);
        V1ConfigMap made = await stage.ConfigMapAsync("a");
        V1Patch patch = V1Patch.Merge(new JsonObject
        {
            ["metadata"] = new JsonObject { ["resourceVersion"] = made.Metadata.ResourceVersion, ["labels"] = new JsonObject { ["a"] = "b" } },
        });
        await stage.Client.PatchAsync<V1ConfigMap>(stage.Namespace, "a", patch);
        await Stage.RefusedAsync(stage.Client.PatchAsync<V1ConfigMap>(stage.Namespace, "a", patch), 409, StatusReason.Conflict);
    }

    [Theory, OnEmbedded, OnKubernetes]
    public async Task A_json_patch_is_done_in_order_or_not_at_all(ServerKind server)
    {
        Stage stage = await servers.StageAsync(server);
        await stage.ConfigMapAsync("a", ("k", "v"));
        V1ConfigMap patched = await stage.Client.PatchAsync<V1ConfigMap>(stage.Namespace, "a", V1Patch.Json(JsonNode.Parse(
            """[{"op":"test","path":"/data/k","value":"v"},{"op":"move","from":"/data/k","path":"/data/m"},{"op":"add","path":"/data/n","value":"w"}]""")!));
        patched.Data.ShouldBe(new Dictionary<string, string> { ["m"] = "v", ["n"] = "w" }, ignoreOrder: true);
        await Stage.RefusedAsync(
            stage.Client.PatchAsync<V1ConfigMap>(stage.Namespace, "a", V1Patch.Json(JsonNode.Parse(
                """[{"op":"remove","path":"/data/m"},{"op":"test","path":"/data/n","value":"other"}]""")!)),
            422,
            StatusReason.Invalid);
        (await stage.Client.GetAsync<V1ConfigMap>(stage.Namespace, "a")).Data.Keys.ShouldContain("m");
    }

    [Theory, OnEmbedded, OnKubernetes]
    public async Task A_strategic_patch_is_for_built_in_kinds_only(ServerKind server)
    {
        Stage stage = await servers.StageAsync(server);
        const string Type = "application/strategic-merge-patch+json";
        await stage.ConfigMapAsync("a", ("k", "v"));
        (await stage.Raw.PatchAsync(stage.Path("api/v1", "configmaps/a"), """{"data":{"k":null,"l":"w"}}""", Type))
            .Expect(200).Json["data"]!.ToJsonString().ShouldBe("""{"l":"w"}""");
        await BindingAsync(stage, "b");
        RawAnswer refused = await stage.Raw.PatchAsync(stage.Path(Bindings, "workloadkeybindings/b"), "{}", Type);
        refused.Expect(415)["reason"].ShouldBe("UnsupportedMediaType");
    }

    [Theory, OnEmbedded, OnKubernetes]
    public async Task The_generation_counts_changes_of_the_desired_state_alone(ServerKind server)
    {
        Stage stage = await servers.StageAsync(server);
        WorkloadEntry entry = await stage.EntryAsync("e");
        entry.Metadata.Generation.ShouldBe(1);
        entry = await PatchAsync("""{"metadata":{"labels":{"a":"b"}}}""");
        entry.Metadata.Generation.ShouldBe(1);
        entry = await PatchAsync("""{"spec":{"weight":7}}""");
        entry.Metadata.Generation.ShouldBe(2);
        entry = await PatchAsync("""{"spec":{"weight":7}}""");
        entry.Metadata.Generation.ShouldBe(2);
        entry = await PatchAsync("""{"status":{"conditions":[{"type":"Healthy","status":"True"}]}}""", "status");
        (entry.Metadata.Generation, entry.Status is null).ShouldBe((2, false));

        Task<WorkloadEntry> PatchAsync(string patch, string? subresource = null) => stage.Client.PatchAsync<WorkloadEntry>(
            stage.Namespace, "e", V1Patch.Merge(Stage.Json(patch)), new PatchOptions { Subresource = subresource });
    }

    [Theory, OnEmbedded, OnKubernetes]
    public async Task Status_and_the_rest_are_written_apart(ServerKind server)
    {
        Stage stage = await servers.StageAsync(server);
        string path = stage.Path("apis/install.onboarding.tetrate.io/v1alpha1", "onboardingplanes");
        const string Both = """{"apiVersion":"install.onboarding.tetrate.io/v1alpha1","kind":"OnboardingPlane","metadata":{"name":"p"},"spec":{},"status":{"uid":"u"}}""";
        (await stage.Raw.PostAsync(path, Both)).Expect(201)["status"].ShouldBeNull();
        RawAnswer status = await stage.Raw.PatchAsync($"{path}/p/status", """{"metadata":{"labels":{"a":"b"}},"spec":{"x":1},"status":{"uid":"v"}}""", Merge);
        status.Expect(200)["status", "uid"].ShouldBe("v");
        status["spec", "x"].ShouldBeNull();
        status["metadata", "generation"].ShouldBe("1");
        RawAnswer rest = await stage.Raw.PatchAsync($"{path}/p", """{"status":{"uid":"w"}}""", Merge);
        rest.Expect(200)["status", "uid"].ShouldBe("v");
    }

    [Theory, OnEmbedded, OnKubernetes]
    public async Task A_custom_resource_is_only_replaced_with_a_version(ServerKind server)
    {
        Stage stage = await servers.StageAsync(server);
        WorkloadKeyBinding made = await BindingAsync(stage, "b");
        KubernetesException refusal = await Stage.RefusedAsync(
            stage.Client.UpdateAsync(made with { Metadata = made.Metadata with { ResourceVersion = null } }), 422, StatusReason.Invalid);
        // Kubernetes 1.37 says 0 where 1.20 said 0x0 (recorded item 10); the embedded server says what is current.
        string[] absent = server == ServerKind.Embedded ? ["0"] : ["0", "0x0"];
        V1StatusCause cause = refusal.Status.Details!.Causes.ShouldHaveSingleItem();
        absent.Select(v => new V1StatusCause("FieldValueInvalid", $"Invalid value: {v}: must be specified for an update", "metadata.resourceVersion"))
            .ShouldContain(cause);
    }

    private const string Bindings = "apis/runtime.onboarding.tetrate.io/v1alpha1";

    private const string Merge = "application/merge-patch+json";

    private static Task<WorkloadKeyBinding> BindingAsync(Stage stage, string name) => stage.Client.CreateAsync(new WorkloadKeyBinding
    {
        Metadata = new() { Namespace = stage.Namespace, Name = name },
        Spec = new WorkloadKeyBindingSpec { Identity = "jwt:x", Jkt = new string('a', 43) },
    });
}
