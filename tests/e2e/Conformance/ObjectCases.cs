using System.Text.Json.Nodes;
using Onboarding.Kubernetes;
using Onboarding.Kubernetes.Models;
using Onboarding.Tests.E2E.Conformance.Servers;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.E2E.Conformance;

[Collection(ConformanceSuite.Name)]
public sealed class ObjectCases(ConformanceServers servers)
{
    [Theory, OnEmbedded, OnKubernetes]
    public async Task A_created_object_is_read_back_with_what_the_server_added(ServerKind server)
    {
        Stage stage = await servers.StageAsync(server);
        V1ConfigMap made = await stage.ConfigMapAsync("a", ("k", "v"));
        made.Metadata.Uid.ShouldNotBeNullOrEmpty();
        made.Metadata.CreationTimestamp.ShouldNotBeNull();
        made.Metadata.Generation.ShouldBeNull();
        V1ConfigMap read = await stage.Client.GetAsync<V1ConfigMap>(stage.Namespace, "a");
        read.Data["k"].ShouldBe("v");
        read.Metadata.ResourceVersion.ShouldBe(made.Metadata.ResourceVersion);
        JsonObject owner = read.Metadata.ManagedFields.ShouldNotBeNull().ShouldHaveSingleItem()!.AsObject();
        (owner["manager"]!.ToString(), owner["operation"]!.ToString()).ShouldBe(("onboarding", "Update"));
        owner["fieldsV1"]!.ToJsonString().ShouldBe("""{"f:data":{".":{},"f:k":{}}}""");
    }

    [Theory, OnEmbedded, OnKubernetes]
    public async Task A_second_object_of_the_same_name_already_exists(ServerKind server)
    {
        Stage stage = await servers.StageAsync(server);
        await stage.ConfigMapAsync("a");
        KubernetesException refusal = await Stage.RefusedAsync(stage.ConfigMapAsync("a"), 409, StatusReason.AlreadyExists);
        refusal.Status.Message.ShouldBe("configmaps \"a\" already exists");
        (refusal.Status.Details!.Name, refusal.Status.Details.Kind).ShouldBe(("a", "configmaps"));
    }

    [Theory, OnEmbedded, OnKubernetes]
    public async Task What_is_not_there_is_not_found(ServerKind server)
    {
        Stage stage = await servers.StageAsync(server);
        KubernetesException refusal = await Stage.RefusedAsync(
            stage.Client.GetAsync<V1Lease>(stage.Namespace, "nothing"), 404, StatusReason.NotFound);
        refusal.Status.Message.ShouldBe("leases.coordination.k8s.io \"nothing\" not found");
        (refusal.Status.Details!.Group, refusal.Status.Details.Kind).ShouldBe(("coordination.k8s.io", "leases"));
        await Stage.RefusedAsync(stage.Client.DeleteAsync<V1ConfigMap>(stage.Namespace, "nothing"), 404, StatusReason.NotFound);
        var stray = new V1ConfigMap { Metadata = new() { Namespace = "no-such-namespace", Name = "a" } };
        (await Stage.RefusedAsync(stage.Client.CreateAsync(stray), 404, StatusReason.NotFound))
            .Status.Message.ShouldBe("namespaces \"no-such-namespace\" not found");
    }

    [Theory, OnEmbedded, OnKubernetes]
    public async Task The_server_makes_names_that_differ(ServerKind server)
    {
        Stage stage = await servers.StageAsync(server);
        var wanted = new V1ConfigMap { Metadata = new() { Namespace = stage.Namespace, GenerateName = "made-" } };
        V1ConfigMap first = await stage.Client.CreateAsync(wanted);
        V1ConfigMap second = await stage.Client.CreateAsync(wanted);
        first.Metadata.Name.ShouldMatch("^made-[a-z0-9]{5}$");
        second.Metadata.Name.ShouldNotBe(first.Metadata.Name);
        first.Metadata.GenerateName.ShouldBe("made-");
    }

    [Theory, OnEmbedded, OnKubernetes]
    public async Task An_update_of_what_has_changed_meanwhile_conflicts(ServerKind server)
    {
        Stage stage = await servers.StageAsync(server);
        V1ConfigMap old = await stage.ConfigMapAsync("a");
        V1ConfigMap changed = await stage.Client.UpdateAsync(old with { Data = new Dictionary<string, string> { ["k"] = "1" } });
        changed.Metadata.ResourceVersion.ShouldNotBe(old.Metadata.ResourceVersion);
        KubernetesException refusal = await Stage.RefusedAsync(stage.Client.UpdateAsync(old), 409, StatusReason.Conflict);
        refusal.Status.Message.ShouldBe(
            "Operation cannot be fulfilled on configmaps \"a\": the object has been modified; please apply your changes to the latest version and try again");
    }

    [Theory, OnEmbedded, OnKubernetes]
    public async Task An_update_that_changes_nothing_keeps_the_version(ServerKind server)
    {
        Stage stage = await servers.StageAsync(server);
        V1ConfigMap made = await stage.ConfigMapAsync("a", ("k", "v"));
        (await stage.Client.UpdateAsync(made)).Metadata.ResourceVersion.ShouldBe(made.Metadata.ResourceVersion);
    }

    [Theory, OnEmbedded, OnKubernetes]
    public async Task An_object_made_anew_is_not_the_one_an_update_meant(ServerKind server)
    {
        Stage stage = await servers.StageAsync(server);
        V1ConfigMap first = await stage.ConfigMapAsync("a");
        await stage.Client.DeleteAsync<V1ConfigMap>(stage.Namespace, "a");
        await stage.ConfigMapAsync("a");
        V1ConfigMap stale = first with { Metadata = first.Metadata with { ResourceVersion = null } };
        await Stage.RefusedAsync(stage.Client.UpdateAsync(stale), 409, StatusReason.Conflict);
    }

    [Theory, OnEmbedded, OnKubernetes]
    public async Task An_immutable_config_map_stays_as_it_is(ServerKind server)
    {
        Stage stage = await servers.StageAsync(server);
        V1ConfigMap made = await stage.ConfigMapAsync("a", ("k", "v"));
        V1ConfigMap frozen = await stage.Client.UpdateAsync(made with { Immutable = true });
        KubernetesException refusal = await Stage.RefusedAsync(
            stage.Client.UpdateAsync(frozen with { Data = new Dictionary<string, string> { ["k"] = "w" } }), 422, StatusReason.Invalid);
        refusal.Status.Details!.Causes.ShouldHaveSingleItem()
            .ShouldBe(new V1StatusCause("FieldValueForbidden", "Forbidden: field is immutable when `immutable` is set", "data"));
    }

    [Theory, OnEmbedded, OnKubernetes]
    public async Task Text_of_a_secret_is_stored_as_bytes(ServerKind server)
    {
        Stage stage = await servers.StageAsync(server);
        (await stage.Raw.PostAsync(stage.Path("api/v1", "secrets"), """{"metadata":{"name":"s"},"stringData":{"k":"text"}}""")).Expect(201);
        V1Secret read = await stage.Client.GetAsync<V1Secret>(stage.Namespace, "s");
        read.Type.ShouldBe("Opaque");
        System.Text.Encoding.UTF8.GetString(read.Data["k"]).ShouldBe("text");
    }
}
