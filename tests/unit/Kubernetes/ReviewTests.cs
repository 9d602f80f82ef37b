using System.Text.Json.Nodes;
using Onboarding.Kubernetes;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.KubernetesTests;

public sealed class ReviewTests
{
    [Fact]
    public async Task A_token_is_requested_for_audiences_a_time_and_an_object()
    {
        await using FakeApiServer server = await FakeApiServer.StartAsync(
            Answers.Json("""{"kind":"TokenRequest","status":{"token":"s3cret","expirationTimestamp":"2026-01-02T04:04:05Z"}}""", 201));
        using KubernetesClient client = server.Client();

        ServiceAccountToken token = await client.CreateTokenAsync(
            "bookinfo", "ratings", ["istio-ca"], TimeSpan.FromHours(1), new BoundObjectReference("v1", "Secret", "bind", "u"));

        token.Token.ShouldBe("s3cret");
        token.ExpiresAt.ShouldBe(new DateTimeOffset(2026, 1, 2, 4, 4, 5, TimeSpan.Zero));
        token.ToString().ShouldNotContain("s3cret");
        server.Requests.Single().Path.ShouldBe("/api/v1/namespaces/bookinfo/serviceaccounts/ratings/token");
        JsonNode.DeepEquals(server.Requests.Single().Body["spec"], JsonNode.Parse(
            """{"expirationSeconds":3600,"audiences":["istio-ca"],"boundObjectRef":{"apiVersion":"v1","kind":"Secret","name":"bind","uid":"u"}}"""))
            .ShouldBeTrue(server.Requests.Single().Text);
    }

    [Theory]
    [InlineData("""{"kind":"TokenRequest"}""")]
    [InlineData("""{"status":{"token":""}}""")]
    [InlineData("""{"status":{"token":"s3cret"}}""")]
    public async Task An_answer_without_a_token_and_its_end_is_none(string answer)
    {
        await using FakeApiServer server = await FakeApiServer.StartAsync(Answers.Json(answer));
        using KubernetesClient client = server.Client();

        KubernetesException e = await Should.ThrowAsync<KubernetesException>(
            () => client.CreateTokenAsync("bookinfo", "ratings", [], TimeSpan.FromHours(1)));

        e.Reason.ShouldBe(StatusReason.MalformedAnswer);
        e.ToString().ShouldNotContain("s3cret");
    }

    [Fact]
    public async Task A_reviewed_token_has_a_user_groups_and_audiences()
    {
        await using FakeApiServer server = await FakeApiServer.StartAsync(Answers.Json(
            """
            {"status":{"authenticated":true,"audiences":["istio-ca"],
             "user":{"username":"system:serviceaccount:bookinfo:ratings","uid":"u","groups":["system:serviceaccounts","system:authenticated"]}}}
            """));
        using KubernetesClient client = server.Client();

        TokenReviewResult result = await client.ReviewTokenAsync("the-token", ["istio-ca"]);

        result.Authenticated.ShouldBeTrue();
        result.Username.ShouldBe("system:serviceaccount:bookinfo:ratings");
        result.Uid.ShouldBe("u");
        result.Groups.ShouldBe(["system:serviceaccounts", "system:authenticated"]);
        result.Audiences.ShouldBe(["istio-ca"]);
        server.Requests.Single().Path.ShouldBe("/apis/authentication.k8s.io/v1/tokenreviews");
        ((string?)server.Requests.Single().Body["spec"]!["token"]).ShouldBe("the-token");
    }

    [Fact]
    public async Task A_token_the_server_does_not_know_is_not_authenticated()
    {
        await using FakeApiServer server = await FakeApiServer.StartAsync(Answers.Json("""{"status":{"error":"expired"}}"""));
        using KubernetesClient client = server.Client();

        TokenReviewResult result = await client.ReviewTokenAsync("the-token", []);

        result.Authenticated.ShouldBeFalse();
        result.Error.ShouldBe("expired");
        result.Audiences.ShouldBeEmpty();
    }

    [Fact]
    public async Task Access_is_asked_for_with_all_attributes()
    {
        await using FakeApiServer server = await FakeApiServer.StartAsync(Answers.Json("""{"status":{"allowed":true,"reason":"rbac"}}"""), Answers.Json("""{"status":{"denied":true}}"""));
        using KubernetesClient client = server.Client();

        AccessReviewResult first = await client.ReviewAccessAsync(
            new ResourceAttributes("create", "", "serviceaccounts") { Namespace = "ns", Name = "default", Subresource = "token" });
        AccessReviewResult second = await client.ReviewAccessAsync(new ResourceAttributes("*", "", "secrets"));

        first.ShouldBe(new AccessReviewResult(true, false, "rbac"));
        second.ShouldBe(new AccessReviewResult(false, true, null));
        JsonNode.DeepEquals(server.Requests[0].Body["spec"]!["resourceAttributes"], JsonNode.Parse(
            """{"verb":"create","group":"","resource":"serviceaccounts","namespace":"ns","name":"default","subresource":"token"}""")).ShouldBeTrue();
    }
}
