using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using Onboarding.Embedded.Istio;

namespace Onboarding.Tests.Integration.Istiod;

/// <summary>Tokens, and an API server that knows exactly those it gave out.</summary>
internal sealed class TestTokens
{
    private readonly ConcurrentDictionary<string, (string Audience, DateTimeOffset Expiry, TokenReviewOutcome Outcome)> _known = new();

    public string Issue(
        string ns = "bookinfo", string account = "ratings", string audience = "istio-ca", TimeSpan? life = null, bool genuine = true)
    {
        DateTimeOffset expiry = DateTimeOffset.UtcNow + (life ?? TimeSpan.FromHours(1));
        string user = $"system:serviceaccount:{ns}:{account}";
        var claims = new JsonObject
        {
            ["aud"] = new JsonArray(audience),
            ["sub"] = user,
            ["exp"] = expiry.ToUnixTimeSeconds(),
            ["jti"] = Guid.NewGuid().ToString(),
        };
        string token = $"{Part("""{"alg":"ES256"}""")}.{Part(claims.ToJsonString())}.{Part("signature")}";
        if (genuine)
        {
            _known[token] = (audience, expiry, new TokenReviewOutcome(true, user, ["system:serviceaccounts", "system:authenticated"], ""));
        }

        return token;
    }

    /// <summary>A token of a person, not of a service account.</summary>
    public string IssueForUser(string user)
    {
        string token = $"user-{user}";
        _known[token] = ("istio-ca", DateTimeOffset.MaxValue, new TokenReviewOutcome(true, user, ["system:authenticated"], ""));
        return token;
    }

    public Task<TokenReviewOutcome> ReviewAsync(string token, IReadOnlyList<string> audiences, CancellationToken cancellationToken) =>
        Task.FromResult(_known.TryGetValue(token, out var known) && audiences.Contains(known.Audience) && known.Expiry > DateTimeOffset.UtcNow
            ? known.Outcome
            : new TokenReviewOutcome(false, "", [], "invalid bearer token"));

    private static string Part(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));
}
