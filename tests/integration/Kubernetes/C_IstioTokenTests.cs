using Onboarding.Endpoint.BootConfiguration;
using Onboarding.Kubernetes;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.KubernetesTests;

/// <summary>What a join costs: members that come together share the token of their account, and no others do.</summary>
public sealed class C_IstioTokenTests
{
    private static readonly MeshAccount Ratings = new("bookinfo", "ratings", "spiffe://cluster.local/ns/bookinfo/sa/ratings");
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task Members_of_an_account_that_come_together_cost_one_request()
    {
        await using FakeApiServer server = await FakeApiServer.StartAsync(Token());
        using KubernetesClient client = server.Client();
        var tokens = new IstioTokens(client, _time);

        ServiceAccountToken[] given = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => tokens.GetAsync(Ratings, TestContext.Current.CancellationToken)));

        given.Select(t => t.Token).Distinct().ShouldBe(["s3cret"]);
        server.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Another_account_another_namespace_and_a_later_member_get_one_of_their_own()
    {
        await using FakeApiServer server = await FakeApiServer.StartAsync(Token());
        using KubernetesClient client = server.Client();
        var tokens = new IstioTokens(client, _time);

        await tokens.GetAsync(Ratings, TestContext.Current.CancellationToken);
        await tokens.GetAsync(Ratings with { Name = "reviews" }, TestContext.Current.CancellationToken);
        await tokens.GetAsync(Ratings with { Namespace = "shop" }, TestContext.Current.CancellationToken);
        _time.Advance(TimeSpan.FromSeconds(11));
        await tokens.GetAsync(Ratings, TestContext.Current.CancellationToken);

        server.Requests.Select(r => r.Path).ShouldBe(
        [
            "/api/v1/namespaces/bookinfo/serviceaccounts/ratings/token",
            "/api/v1/namespaces/bookinfo/serviceaccounts/reviews/token",
            "/api/v1/namespaces/shop/serviceaccounts/ratings/token",
            "/api/v1/namespaces/bookinfo/serviceaccounts/ratings/token",
        ]);
    }

    [Fact]
    public async Task A_failure_is_not_shared_with_the_next_member()
    {
        await using FakeApiServer server = await FakeApiServer.StartAsync(Answers.Status(404, "NotFound"), Token());
        using KubernetesClient client = server.Client();
        var tokens = new IstioTokens(client, _time);

        await Should.ThrowAsync<KubernetesException>(() => tokens.GetAsync(Ratings, TestContext.Current.CancellationToken));
        (await tokens.GetAsync(Ratings, TestContext.Current.CancellationToken)).Token.ShouldBe("s3cret");
    }

    private static Answer Token() =>
        Answers.Json("""{"kind":"TokenRequest","status":{"token":"s3cret","expirationTimestamp":"2026-01-02T04:04:05Z"}}""", 201);
}
