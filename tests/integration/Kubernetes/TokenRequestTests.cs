using System.Text.Json.Nodes;
using Onboarding.Kubernetes;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.KubernetesTests;

public sealed class TokenRequestTests
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
}
