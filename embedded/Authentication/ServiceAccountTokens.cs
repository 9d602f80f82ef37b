using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Onboarding.Embedded.Json;
using Onboarding.Embedded.Kinds;
using Onboarding.Embedded.Objects;
using Onboarding.Embedded.Requests;
using Onboarding.Embedded.Storage;

namespace Onboarding.Embedded.Authentication;

/// <summary>Issues and reviews the tokens of service accounts.</summary>
internal sealed class ServiceAccountTokens(TokenKey key, ObjectStore store, TimeProvider time)
{
    /// <summary>Issuer of every token, and the audience of those meant for this API.</summary>
    public const string Issuer = "https://kubernetes.default.svc.cluster.local";

    private const string PrivateClaims = "kubernetes.io";
    private const string Prefix = "authentication.kubernetes.io/";

    /// <summary>Makes a token.</summary>
    /// <param name="account">The service account as stored.</param>
    /// <param name="audiences">Who shall accept it; this API if empty.</param>
    /// <param name="seconds">Life in seconds.</param>
    /// <param name="boundTo">Object whose deletion invalidates the token; null for none.</param>
    public (string Token, DateTimeOffset Expires) Issue(
        JsonObject account, IReadOnlyCollection<string> audiences, long seconds, BoundObject? boundTo)
    {
        DateTimeOffset now = time.GetUtcNow();
        DateTimeOffset expires = DateTimeOffset.FromUnixTimeSeconds(now.ToUnixTimeSeconds() + seconds);
        string space = account.Text("metadata", "namespace")!;
        string name = account.Text("metadata", "name")!;
        var bound = new JsonObject { ["namespace"] = space };
        if (boundTo is not null)
        {
            bound[BoundObject.ClaimOf(boundTo.Kind)] = Reference(boundTo.Value);
        }

        bound["serviceaccount"] = Reference(account);
        var claims = new JsonObject
        {
            ["aud"] = new JsonArray([.. (audiences.Count > 0 ? audiences : [Issuer]).Select(a => JsonValue.Create(a))]),
            ["exp"] = expires.ToUnixTimeSeconds(),
            ["iat"] = now.ToUnixTimeSeconds(),
            ["iss"] = Issuer,
            ["jti"] = Guid.NewGuid().ToString(),
            [PrivateClaims] = bound,
            ["nbf"] = now.ToUnixTimeSeconds(),
            ["sub"] = $"system:serviceaccount:{space}:{name}",
        };
        return (key.Sign(claims), expires);
    }

    /// <summary>Finds out whose token it is and for which of the wanted audiences.</summary>
    public TokenReviewResult Review(string token, IReadOnlyCollection<string> audiences)
    {
        JsonObject? claims = key.Verify(token);
        if (claims is null || claims.Text("iss") != Issuer)
        {
            return TokenReviewResult.Refused("invalid bearer token");
        }

        long now = time.GetUtcNow().ToUnixTimeSeconds();
        if (claims.Number("exp") is not { } expires || expires <= now || claims.Number("nbf") > now)
        {
            return TokenReviewResult.Refused("invalid bearer token, service account token has expired");
        }

        ImmutableArray<string> accepted =
            [.. (audiences.Count > 0 ? audiences : [Issuer]).Intersect(claims.Texts("aud"), StringComparer.Ordinal)];
        if (accepted.IsEmpty)
        {
            return TokenReviewResult.Refused("invalid bearer token, token audiences do not match");
        }

        string space = claims.Text(PrivateClaims, "namespace") ?? "";
        string name = claims.Text(PrivateClaims, "serviceaccount", "name") ?? "";
        string uid = claims.Text(PrivateClaims, "serviceaccount", "uid") ?? "";
        // A deleted account takes its tokens with it, also when another of its name exists.
        if (!Exists(CoreKinds.ServiceAccount, space, name, uid))
        {
            return TokenReviewResult.Refused("invalid bearer token, service account has been deleted");
        }

        foreach (Kind kind in BoundObject.Kinds)
        {
            string claim = BoundObject.ClaimOf(kind);
            if (claims.At(PrivateClaims, claim) is { } bound && !Exists(kind, space, bound.Text("name") ?? "", bound.Text("uid") ?? ""))
            {
                return TokenReviewResult.Refused($"invalid bearer token, the {claim} it is bound to has been deleted");
            }
        }

        return new TokenReviewResult(Describe(UserInfo.ServiceAccount(space, name, uid), claims), accepted, "");
    }

    // The pod is told as a real server tells it: who asks for a review may want to know which of an account's pods it is.
    private static UserInfo Describe(UserInfo user, JsonObject claims)
    {
        ImmutableDictionary<string, string> extra = user.Extra.Add(Prefix + "credential-id", $"JTI={claims.Text("jti")}");
        return claims.At(PrivateClaims, BoundObject.ClaimOf(CoreKinds.Pod)) is { } pod
            ? user with { Extra = extra.Add(Prefix + "pod-name", pod.Text("name") ?? "").Add(Prefix + "pod-uid", pod.Text("uid") ?? "") }
            : user with { Extra = extra };
    }

    private static JsonObject Reference(JsonObject value) =>
        new() { ["name"] = value.Text("metadata", "name"), ["uid"] = value.Text("metadata", "uid") };

    private bool Exists(Kind kind, string space, string name, string uid) =>
        store.Get(ObjectService.Key(kind, space, name)) is { } found && found.Uid == uid;
}

/// <summary>What a token is worth.</summary>
/// <param name="User">Whose token it is; null if it is refused.</param>
/// <param name="Audiences">The wanted audiences it is for.</param>
/// <param name="Error">Why it is refused.</param>
internal sealed record TokenReviewResult(UserInfo? User, ImmutableArray<string> Audiences, string Error)
{
    public static TokenReviewResult Refused(string why) => new(null, [], why);
}
