using System.Text.Json.Nodes;
using Onboarding.Kubernetes;
using Onboarding.Kubernetes.Models;
using Onboarding.Testing;
using Onboarding.Tests.E2E.Conformance.Servers;
using Shouldly;
using Xunit;
using V1ResourceAttributes = k8s.Models.V1ResourceAttributes;

namespace Onboarding.Tests.E2E.Conformance;

[Collection(ConformanceSuite.Name)]
public sealed class AccessCases(ConformanceServers servers)
{
    private const string Rbac = "apis/rbac.authorization.k8s.io/v1";

    [Theory, OnEmbedded, OnKubernetes]
    public async Task A_token_is_good_for_its_audience_alone(ServerKind server)
    {
        Stage stage = await servers.StageAsync(server);
        V1ServiceAccount account = await stage.AccountAsync("app");
        ServiceAccountToken token = await stage.Client.CreateTokenAsync(stage.Namespace, "app", ["istio-ca"], TimeSpan.FromHours(1));
        token.ExpiresAt.ShouldBeInRange(DateTimeOffset.UtcNow.AddMinutes(50), DateTimeOffset.UtcNow.AddMinutes(70));
        ReviewedToken good = await stage.Cluster.ReviewTokenAsync(token.Token, "istio-ca", "other");
        good.Authenticated.ShouldBeTrue(good.Error);
        good.User.Username.ShouldBe($"system:serviceaccount:{stage.Namespace}:app");
        good.User.Uid.ShouldBe(account.Metadata.Uid);
        good.User.Groups.ShouldBe(
            ["system:serviceaccounts", $"system:serviceaccounts:{stage.Namespace}", "system:authenticated"], ignoreOrder: true);
        good.Audiences.ShouldBe(["istio-ca"]);
        (await stage.Cluster.ReviewTokenAsync(token.Token, "other")).Authenticated.ShouldBeFalse();
        (await stage.Cluster.ReviewTokenAsync(token.Token)).Authenticated.ShouldBeFalse("it isn't for the API server");
        using ClusterClient bearer = stage.Server.As(token.Token);
        await Stage.RefusedAsync(bearer.Resources.ListAsync<V1ConfigMap>(stage.Namespace), 401, StatusReason.Unauthorized);
    }

    [Theory, OnEmbedded, OnKubernetes]
    public async Task A_token_goes_with_its_account(ServerKind server)
    {
        Stage stage = await servers.StageAsync(server);
        await stage.AccountAsync("app");
        ServiceAccountToken token = await stage.Client.CreateTokenAsync(stage.Namespace, "app", [], TimeSpan.FromHours(1));
        (await stage.Cluster.ReviewTokenAsync(token.Token)).Authenticated.ShouldBeTrue();
        (await stage.Cluster.ReviewTokenAsync(token.Token[..^4] + "AAAA")).Authenticated.ShouldBeFalse("its signature is wrong");
        await stage.Client.DeleteAsync<V1ServiceAccount>(stage.Namespace, "app");
        await Eventually.Is(
            async () => !(await stage.Cluster.ReviewTokenAsync(token.Token)).Authenticated, "the token no longer counts");
    }

    [Theory, OnEmbedded, OnKubernetes]
    public async Task A_token_that_is_bound_to_a_pod_says_so_and_goes_with_it(ServerKind server)
    {
        Stage stage = await servers.StageAsync(server);
        await stage.AccountAsync("app");
        await stage.AccountAsync("other");
        string pods = $"api/v1/namespaces/{stage.Namespace}/pods";
        RawAnswer pod = (await stage.Raw.PostAsync(
            pods, """{"metadata":{"name":"app-1"},"spec":{"serviceAccountName":"app","containers":[{"name":"c","image":"i"}]}}""")).Expect(201);
        string uid = pod.Json["metadata"]!["uid"]!.GetValue<string>();
        ServiceAccountToken token = await stage.Client.CreateTokenAsync(
            stage.Namespace, "app", ["plane"], TimeSpan.FromHours(1), new BoundObjectReference("v1", "Pod", "app-1"));

        ReviewedToken review = await stage.Cluster.ReviewTokenAsync(token.Token, "plane");
        review.Authenticated.ShouldBeTrue(review.Error);
        review.User.Extra["authentication.kubernetes.io/pod-name"].ShouldBe(["app-1"]);
        review.User.Extra["authentication.kubernetes.io/pod-uid"].ShouldBe([uid]);

        await Stage.RefusedAsync(
            stage.Client.CreateTokenAsync(stage.Namespace, "other", [], TimeSpan.FromHours(1), new BoundObjectReference("v1", "Pod", "app-1")),
            400,
            StatusReason.BadRequest);
        await Stage.RefusedAsync(
            stage.Client.CreateTokenAsync(stage.Namespace, "app", [], TimeSpan.FromHours(1), new BoundObjectReference("v1", "Pod", "app-1", "another")),
            409,
            StatusReason.Conflict);
        (await stage.Raw.DeleteAsync($"{pods}/app-1")).Expect(200);
        await Eventually.Is(
            async () => !(await stage.Cluster.ReviewTokenAsync(token.Token, "plane")).Authenticated, "the token no longer counts");
    }

    [Theory, OnEmbedded, OnKubernetes]
    public async Task Tokens_are_for_accounts_that_exist_and_for_ten_minutes_at_least(ServerKind server)
    {
        Stage stage = await servers.StageAsync(server);
        await Stage.RefusedAsync(
            stage.Client.CreateTokenAsync(stage.Namespace, "nobody", [], TimeSpan.FromHours(1)), 404, StatusReason.NotFound);
        await stage.AccountAsync("app");
        KubernetesException refusal = await Stage.RefusedAsync(
            stage.Client.CreateTokenAsync(stage.Namespace, "app", [], TimeSpan.FromMinutes(1)), 422, StatusReason.Invalid);
        refusal.Status.Details!.Causes.ShouldHaveSingleItem().ShouldBe(new V1StatusCause(
            "FieldValueInvalid", "Invalid value: 60: may not specify a duration less than 10 minutes", "spec.expirationSeconds"));
    }

    [Theory, OnEmbedded, OnKubernetes]
    public async Task A_missing_permission_is_named(ServerKind server)
    {
        Stage stage = await servers.StageAsync(server);
        using ClusterClient cluster = await AccountClientAsync(stage);
        KubernetesClient app = cluster.Resources;
        string user = $"system:serviceaccount:{stage.Namespace}:app";
        KubernetesException read = await Stage.RefusedAsync(app.GetAsync<V1Secret>(stage.Namespace, "s"), 403, StatusReason.Forbidden);
        read.Status.Message.ShouldBe(
            $"secrets \"s\" is forbidden: User \"{user}\" cannot get resource \"secrets\" in API group \"\" in the namespace \"{stage.Namespace}\"");
        KubernetesException list = await Stage.RefusedAsync(app.ListAsync<V1Lease>(null), 403, StatusReason.Forbidden);
        list.Status.Message.ShouldBe(
            $"leases.coordination.k8s.io is forbidden: User \"{user}\" cannot list resource \"leases\" in API group \"coordination.k8s.io\" at the cluster scope");
        KubernetesException status = await Stage.RefusedAsync(
            app.PatchAsync<V1Namespace>(null, stage.Namespace, V1Patch.Merge(new JsonObject()), new PatchOptions { Subresource = "status" }),
            403,
            StatusReason.Forbidden);
        status.Status.Message.ShouldBe(
            $"namespaces \"{stage.Namespace}\" is forbidden: User \"{user}\" cannot patch resource \"namespaces/status\" in API group \"\" in the namespace \"{stage.Namespace}\"");
    }

    [Theory, OnEmbedded, OnKubernetes]
    public async Task A_role_gives_what_it_says_and_no_more(ServerKind server)
    {
        Stage stage = await servers.StageAsync(server);
        await stage.ConfigMapAsync("a");
        await stage.ConfigMapAsync("b");
        using ClusterClient cluster = await AccountClientAsync(stage);
        KubernetesClient app = cluster.Resources;
        await GrantAsync(stage, """{"apiGroups":[""],"resources":["configmaps"],"resourceNames":["a"],"verbs":["get"]}""");
        await Eventually.Is(async () => await cluster.MayAsync(Get("a")), "the role is in effect");
        (await app.GetAsync<V1ConfigMap>(stage.Namespace, "a")).Metadata.Name.ShouldBe("a");
        (await cluster.MayAsync(Get("b"))).ShouldBeFalse();
        await Stage.RefusedAsync(app.GetAsync<V1ConfigMap>(stage.Namespace, "b"), 403, StatusReason.Forbidden);
        await Stage.RefusedAsync(app.ListAsync<V1ConfigMap>(stage.Namespace), 403, StatusReason.Forbidden);
        (await stage.Cluster.MayAsync(Get("b"))).ShouldBeTrue("the administrator may do everything");

        V1ResourceAttributes Get(string name) => new()
        {
            Verb = "get",
            Group = "",
            Resource = "configmaps",
            NamespaceProperty = stage.Namespace,
            Name = name,
        };
    }

    [Theory, OnEmbedded, OnKubernetes]
    public async Task A_role_for_one_name_allows_lists_and_watches_of_that_name(ServerKind server)
    {
        Stage stage = await servers.StageAsync(server);
        await stage.ConfigMapAsync("a");
        await stage.ConfigMapAsync("b");
        using ClusterClient cluster = await AccountClientAsync(stage);
        KubernetesClient app = cluster.Resources;
        await GrantAsync(stage, """{"apiGroups":[""],"resources":["configmaps"],"resourceNames":["a"],"verbs":["list","watch"]}""");
        var may = new V1ResourceAttributes { Verb = "list", Group = "", Resource = "configmaps", NamespaceProperty = stage.Namespace, Name = "a" };
        await Eventually.Is(async () => await cluster.MayAsync(may), "the role is in effect");
        var one = new ListOptions { FieldSelector = "metadata.name=a" };
        KubernetesList<V1ConfigMap> found = await app.ListAsync<V1ConfigMap>(stage.Namespace, one);
        found.Items.ShouldHaveSingleItem().Metadata.Name.ShouldBe("a");
        await using IAsyncEnumerator<WatchEvent<V1ConfigMap>> events = app
            .WatchAsync<V1ConfigMap>(stage.Namespace, new WatchOptions { FieldSelector = one.FieldSelector, ResourceVersion = found.ResourceVersion })
            .GetAsyncEnumerator();
        ValueTask<bool> next = events.MoveNextAsync();
        await stage.Client.DeleteAsync<V1ConfigMap>(stage.Namespace, "a");
        (await next).ShouldBeTrue();
        events.Current.Type.ShouldBe(WatchEventType.Deleted);
        await Stage.RefusedAsync(app.ListAsync<V1ConfigMap>(stage.Namespace), 403, StatusReason.Forbidden);
        KubernetesException other = await Stage.RefusedAsync(
            app.ListAsync<V1ConfigMap>(stage.Namespace, new ListOptions { FieldSelector = "metadata.name=b" }), 403, StatusReason.Forbidden);
        other.Status.Message.ShouldNotBeNull().ShouldStartWith("configmaps \"b\" is forbidden");
        await Stage.RefusedAsync(
            app.ListAsync<V1ConfigMap>(stage.Namespace, new ListOptions { FieldSelector = "metadata.name!=b" }), 403, StatusReason.Forbidden);
    }

    [Theory, OnEmbedded, OnKubernetes]
    public async Task Nobody_gives_more_than_they_have(ServerKind server)
    {
        Stage stage = await servers.StageAsync(server);
        using ClusterClient cluster = await AccountClientAsync(stage);
        KubernetesClient app = cluster.Resources;
        await GrantAsync(stage, """{"apiGroups":["rbac.authorization.k8s.io"],"resources":["roles"],"verbs":["create","get"]}""");
        var may = new V1ResourceAttributes { Verb = "create", Group = "rbac.authorization.k8s.io", Resource = "roles", NamespaceProperty = stage.Namespace };
        await Eventually.Is(async () => await cluster.MayAsync(may), "the role is in effect");
        ServiceAccountToken token = await stage.Client.CreateTokenAsync(stage.Namespace, "app", [], TimeSpan.FromHours(1));
        using var raw = stage.Server.RawAs(token.Token);
        RawAnswer refused = await raw.PostAsync(
            stage.Path(Rbac, "roles"), """{"metadata":{"name":"more"},"rules":[{"apiGroups":[""],"resources":["secrets"],"verbs":["get"]}]}""");
        refused.Expect(403)["message"].ShouldNotBeNull().ShouldContain("attempting to grant RBAC permissions not currently held");
    }

    private static async Task<ClusterClient> AccountClientAsync(Stage stage)
    {
        await stage.AccountAsync("app");
        return stage.Server.As((await stage.Client.CreateTokenAsync(stage.Namespace, "app", [], TimeSpan.FromHours(1))).Token);
    }

    private static async Task GrantAsync(Stage stage, string rule)
    {
        (await stage.Raw.PostAsync(stage.Path(Rbac, "roles"), "{\"metadata\":{\"name\":\"r\"},\"rules\":[" + rule + "]}")).Expect(201);
        (await stage.Raw.PostAsync(
            stage.Path(Rbac, "rolebindings"),
            $$"""
            {"metadata":{"name":"r"},"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"Role","name":"r"},
             "subjects":[{"kind":"ServiceAccount","name":"app","namespace":"{{stage.Namespace}}"}]}
            """)).Expect(201);
    }
}
