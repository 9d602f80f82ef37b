using System.Buffers.Text;
using System.Text;
using System.Text.Json.Nodes;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.Embedded;

public sealed class AccessTests(ControlPlaneFixture fixture) : IClassFixture<ControlPlaneFixture>
{
    private const string Reviews = "/apis/authentication.k8s.io/v1/tokenreviews";

    private ApiClient Client => fixture.Client;

    [Fact]
    public async Task A_token_names_its_account_audience_and_life()
    {
        string space = await fixture.NamespaceAsync();
        ApiAnswer answer = await TokenAsync(space, """{"spec":{"audiences":["istio-ca"],"expirationSeconds":600}}""");
        string token = answer.Expect(201)["status", "token"]!;
        JsonNode claims = JsonNode.Parse(Encoding.UTF8.GetString(Base64Url.DecodeFromChars(token.Split('.')[1])))!;
        claims["sub"]!.ToString().ShouldBe($"system:serviceaccount:{space}:default");
        claims["aud"]!.ToJsonString().ShouldBe("""["istio-ca"]""");
        ((long)claims["exp"]! - (long)claims["iat"]!).ShouldBe(600);
        JsonNode review = (await ReviewAsync(token, "istio-ca"))["status"]!;
        ((bool)review["authenticated"]!).ShouldBeTrue();
        review["user"]!["username"]!.ToString().ShouldBe($"system:serviceaccount:{space}:default");
        (await ReviewAsync(token, "other"))["status"]!["authenticated"].ShouldBeNull();
    }

    [Fact]
    public async Task Short_lives_are_refused() =>
        (await TokenAsync("default", """{"spec":{"expirationSeconds":599}}""")).Refused(422, "Invalid")
            .ShouldBeGolden();

    [Fact]
    public async Task Tampered_and_unsigned_tokens_are_worth_nothing()
    {
        string token = (await TokenAsync("default", "{}"))["status", "token"]!;
        string[] parts = token.Split('.');
        string none = Base64Url.EncodeToString("""{"alg":"none"}"""u8);
        foreach (string bad in (string[])[$"{parts[0]}.{parts[1]}x.{parts[2]}", $"{none}.{parts[1]}.", $"{none}.{parts[1]}.{parts[2]}", "x"])
        {
            (await ReviewAsync(bad, "https://kubernetes.default.svc.cluster.local"))["status"]!["authenticated"].ShouldBeNull(bad);
        }
    }

    [Fact]
    public async Task A_token_dies_with_its_account()
    {
        string space = await fixture.NamespaceAsync();
        await Client.PostAsync($"/api/v1/namespaces/{space}/serviceaccounts", """{"metadata":{"name":"app"}}""");
        string token = (await Client.PostAsync($"/api/v1/namespaces/{space}/serviceaccounts/app/token", "{}"))["status", "token"]!;
        using var app = new ApiClient(fixture.Plane.KubeconfigPath, token);
        (await app.GetAsync("/api")).Expect(200);
        await Client.DeleteAsync($"/api/v1/namespaces/{space}/serviceaccounts/app");
        await Client.PostAsync($"/api/v1/namespaces/{space}/serviceaccounts", """{"metadata":{"name":"app"}}""");
        (await app.GetAsync("/api")).Refused(401, "Unauthorized");
    }

    [Fact]
    public async Task An_account_may_do_what_its_roles_say_and_nothing_else()
    {
        string space = await fixture.NamespaceAsync();
        string token = (await TokenAsync(space, "{}"))["status", "token"]!;
        using var app = new ApiClient(fixture.Plane.KubeconfigPath, token);
        string maps = $"/api/v1/namespaces/{space}/configmaps";
        (await app.GetAsync(maps)).Refused(403, "Forbidden").ShouldBeGolden([(space, "namespace")]);
        const string Rbac = "/apis/rbac.authorization.k8s.io/v1/namespaces";
        (await Client.PostAsync(
            $"{Rbac}/{space}/roles",
            """{"metadata":{"name":"r"},"rules":[{"apiGroups":[""],"resources":["configmaps"],"verbs":["get"],"resourceNames":["istio-ca-root-cert"]}]}"""))
            .Expect(201);
        (await Client.PostAsync(
            $"{Rbac}/{space}/rolebindings",
            """{"metadata":{"name":"b"},"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"Role","name":"r"},"subjects":[{"kind":"ServiceAccount","name":"default"}]}"""))
            .Expect(201);
        (await app.GetAsync($"{maps}/istio-ca-root-cert")).Expect(200);
        (await app.GetAsync($"{maps}/other")).Refused(403, "Forbidden");
        (await app.GetAsync(maps)).Refused(403, "Forbidden");
        (await app.GetAsync("/api/v1/namespaces/default/configmaps/istio-ca-root-cert")).Refused(403, "Forbidden");
        await Client.DeleteAsync($"{Rbac}/{space}/rolebindings/b");
        (await app.GetAsync($"{maps}/istio-ca-root-cert")).Refused(403, "Forbidden");
    }

    [Fact]
    public async Task A12_Apply_that_creates_needs_create_besides_patch()
    {
        string space = await fixture.NamespaceAsync();
        using var app = new ApiClient(fixture.Plane.KubeconfigPath, (await TokenAsync(space, "{}"))["status", "token"]!);
        const string Rbac = "/apis/rbac.authorization.k8s.io/v1/namespaces";
        (await Client.PostAsync($"{Rbac}/{space}/roles", """{"metadata":{"name":"r"},"rules":[{"apiGroups":[""],"resources":["configmaps"],"verbs":["patch"]}]}"""))
            .Expect(201);
        (await Client.PostAsync(
            $"{Rbac}/{space}/rolebindings",
            """{"metadata":{"name":"b"},"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"Role","name":"r"},"subjects":[{"kind":"ServiceAccount","name":"default"}]}"""))
            .Expect(201);
        string path = $"/api/v1/namespaces/{space}/configmaps/a?fieldManager=app";
        const string Applied = """{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"},"data":{"k":"v"}}""";

        (await app.PatchAsync(path, Applied, "application/apply-patch+yaml")).Refused(403, "Forbidden").ShouldBeGolden([(space, "namespace")]);

        (await Client.PostAsync($"/api/v1/namespaces/{space}/configmaps", """{"metadata":{"name":"a"}}""")).Expect(201);
        (await app.PatchAsync(path, Applied, "application/apply-patch+yaml")).Expect(200);
    }

    private Task<ApiAnswer> TokenAsync(string space, string body) =>
        Client.PostAsync($"/api/v1/namespaces/{space}/serviceaccounts/default/token", body);

    private async Task<JsonNode> ReviewAsync(string token, string audience) => (await Client.PostAsync(
        Reviews, new JsonObject { ["spec"] = new JsonObject { ["token"] = token, ["audiences"] = new JsonArray(audience) } }.ToJsonString()))
        .Expect(201).Json;
}
