using Onboarding.Kubernetes;
using Onboarding.Kubernetes.Models;
using Onboarding.Testing;
using Onboarding.Tests.E2E.Conformance.Servers;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.E2E.Conformance;

[Collection(ConformanceSuite.Name)]
public sealed class DeletionCases(ConformanceServers servers)
{
    [Theory, OnEmbedded, OnKubernetes]
    public async Task Finalizers_hold_an_object_that_is_to_go(ServerKind server)
    {
        Stage stage = await servers.StageAsync(server);
        await stage.Client.CreateAsync(new V1ConfigMap
        {
            Metadata = new() { Namespace = stage.Namespace, Name = "a", Finalizers = ["example.com/hold"] },
        });
        await stage.Client.DeleteAsync<V1ConfigMap>(stage.Namespace, "a");
        V1ConfigMap held = await stage.Client.GetAsync<V1ConfigMap>(stage.Namespace, "a");
        held.Metadata.DeletionTimestamp.ShouldNotBeNull();
        KubernetesException refusal = await Stage.RefusedAsync(
            PatchAsync("""{"metadata":{"finalizers":["example.com/hold","example.com/more"]}}"""), 422, StatusReason.Invalid);
        refusal.Status.Details!.Causes.Distinct().ShouldHaveSingleItem().ShouldBe(new V1StatusCause(
            "FieldValueForbidden",
            "Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{\"example.com/more\"}",
            "metadata.finalizers"));
        await PatchAsync("""{"metadata":{"finalizers":null}}""");
        (await stage.Client.TryGetAsync<V1ConfigMap>(stage.Namespace, "a")).ShouldBeNull();

        Task<V1ConfigMap> PatchAsync(string patch) =>
            stage.Client.PatchAsync<V1ConfigMap>(stage.Namespace, "a", V1Patch.Merge(Stage.Json(patch)));
    }

    [Theory, OnEmbedded, OnKubernetes]
    public async Task Only_the_object_that_is_meant_is_deleted(ServerKind server)
    {
        Stage stage = await servers.StageAsync(server);
        V1ConfigMap old = await stage.ConfigMapAsync("a");
        V1ConfigMap now = await stage.Client.UpdateAsync(old with { Data = new Dictionary<string, string> { ["k"] = "v" } });
        string other = Guid.NewGuid().ToString();
        KubernetesException uid = await Stage.RefusedAsync(DeleteAsync(new DeleteOptions { Uid = other }), 409, StatusReason.Conflict);
        uid.Status.Message.ShouldBe(
            $"Operation cannot be fulfilled on ConfigMap \"a\": the UID in the precondition ({other}) does not match the UID in record " +
            $"({now.Metadata.Uid}). The object might have been deleted and then recreated");
        KubernetesException version = await Stage.RefusedAsync(
            DeleteAsync(new DeleteOptions { ResourceVersion = old.Metadata.ResourceVersion }), 409, StatusReason.Conflict);
        version.Status.Message.ShouldNotBeNull().ShouldContain(
            $"the ResourceVersion in the precondition ({old.Metadata.ResourceVersion}) does not match the ResourceVersion in record ({now.Metadata.ResourceVersion})");
        await DeleteAsync(new DeleteOptions { Uid = now.Metadata.Uid, ResourceVersion = now.Metadata.ResourceVersion });
        (await stage.Client.TryGetAsync<V1ConfigMap>(stage.Namespace, "a")).ShouldBeNull();

        Task DeleteAsync(DeleteOptions options) => stage.Client.DeleteAsync<V1ConfigMap>(stage.Namespace, "a", options);
    }

    [Theory, OnEmbedded, OnKubernetes]
    public async Task Foreground_deletion_leaves_the_object_to_the_garbage_collector(ServerKind server)
    {
        Stage stage = await servers.StageAsync(server);
        V1ConfigMap owner = await stage.ConfigMapAsync("owner");
        await stage.Client.CreateAsync(new V1ConfigMap
        {
            Metadata = Owned("held", owner, stage.Namespace, block: true) with { Finalizers = ["example.com/hold"] },
        });
        await stage.Client.DeleteAsync<V1ConfigMap>(
            stage.Namespace, "owner", new DeleteOptions { PropagationPolicy = PropagationPolicy.Foreground });
        V1ConfigMap waiting = await stage.Client.GetAsync<V1ConfigMap>(stage.Namespace, "owner");
        waiting.Metadata.Finalizers.ShouldBe(["foregroundDeletion"]);
        waiting.Metadata.DeletionTimestamp.ShouldNotBeNull();
    }

    [Theory, OnEmbedded, OnKubernetes(Lacks = "the garbage collector runs in kube-controller-manager")]
    public async Task What_an_object_owned_goes_with_it(ServerKind server)
    {
        Stage stage = await servers.StageAsync(server);
        V1ConfigMap owner = await stage.ConfigMapAsync("owner");
        await stage.Client.CreateAsync(new V1ConfigMap { Metadata = Owned("owned", owner, stage.Namespace) });
        await stage.Client.DeleteAsync<V1ConfigMap>(stage.Namespace, "owner");
        await Eventually.Is(
            async () => await stage.Client.TryGetAsync<V1ConfigMap>(stage.Namespace, "owned") is null, "the owned object is gone");
    }

    [Theory, OnEmbedded, OnKubernetes(Lacks = "the garbage collector runs in kube-controller-manager")]
    public async Task Orphans_stay(ServerKind server)
    {
        Stage stage = await servers.StageAsync(server);
        V1ConfigMap owner = await stage.ConfigMapAsync("owner");
        await stage.Client.CreateAsync(new V1ConfigMap { Metadata = Owned("owned", owner, stage.Namespace) });
        await stage.Client.DeleteAsync<V1ConfigMap>(
            stage.Namespace, "owner", new DeleteOptions { PropagationPolicy = PropagationPolicy.Orphan });
        await Eventually.Is(
            async () => await stage.Client.TryGetAsync<V1ConfigMap>(stage.Namespace, "owner") is null, "the owner is gone");
        (await stage.Client.GetAsync<V1ConfigMap>(stage.Namespace, "owned")).Metadata.OwnerReferences.ShouldBeEmpty();
    }

    [Theory, OnEmbedded, OnKubernetes(Lacks = "namespaces are emptied by kube-controller-manager")]
    public async Task A_deleted_namespace_is_emptied_first(ServerKind server)
    {
        Stage stage = await servers.StageAsync(server);
        await stage.ConfigMapAsync("a");
        await stage.Client.DeleteAsync<V1Namespace>(null, stage.Namespace);
        await Eventually.Is(
            async () => await stage.Client.TryGetAsync<V1Namespace>(null, stage.Namespace) is null, "the namespace is gone");
        (await stage.Client.ListAsync<V1ConfigMap>(stage.Namespace)).Items.ShouldBeEmpty();
    }

    [Theory, OnEmbedded, OnKubernetes]
    public async Task Nothing_new_comes_into_a_namespace_that_goes(ServerKind server)
    {
        Stage stage = await servers.StageAsync(server);
        await stage.Client.CreateAsync(new V1ConfigMap
        {
            Metadata = new() { Namespace = stage.Namespace, Name = "held", Finalizers = ["example.com/hold"] },
        });
        await stage.Client.DeleteAsync<V1Namespace>(null, stage.Namespace);
        (await stage.Client.GetAsync<V1Namespace>(null, stage.Namespace)).Phase.ShouldBe("Terminating");
        KubernetesException refusal = await Stage.RefusedAsync(stage.ConfigMapAsync("new"), 403, StatusReason.Forbidden);
        refusal.Status.Message.ShouldBe(
            $"configmaps \"new\" is forbidden: unable to create new content in namespace {stage.Namespace} because it is being terminated");
    }

    [Theory, OnEmbedded, OnKubernetes]
    public async Task Namespaces_that_are_always_there_stay(ServerKind server)
    {
        Stage stage = await servers.StageAsync(server);
        KubernetesException refusal = await Stage.RefusedAsync(
            stage.Client.DeleteAsync<V1Namespace>(null, "default"), 403, StatusReason.Forbidden);
        refusal.Status.Message.ShouldBe("namespaces \"default\" is forbidden: this namespace may not be deleted");
        (await stage.Client.GetAsync<V1Namespace>(null, "default")).Phase.ShouldBe("Active");
    }

    private static Onboarding.Api.Meta.V1ObjectMeta Owned(string name, V1ConfigMap owner, string @namespace, bool? block = null) => new()
    {
        Namespace = @namespace,
        Name = name,
        OwnerReferences =
        [
            new()
            {
                ApiVersion = "v1",
                Kind = "ConfigMap",
                Name = owner.Metadata.Name,
                Uid = owner.Metadata.Uid!,
                BlockOwnerDeletion = block,
            },
        ],
    };
}
