using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Onboarding.Plane.Keys;

namespace Onboarding.Endpoint.Tokens;

/// <summary>Writes onboarding tokens: JWTs with ES256 and the published claims (docs/reference/names.md), bound to the agent's key.</summary>
internal static class OnboardingTokenIssuer
{
    /// <summary>The header's <c>typ</c>: no other token of anybody's can be taken for an onboarding token.</summary>
    public const string Type = "onboarding+jwt";

    /// <summary>Writes a token.</summary>
    /// <param name="claims">What it says.</param>
    /// <param name="planeUid">The plane, which is issuer and audience.</param>
    /// <param name="keys">The plane's keys.</param>
    public static string Issue(OnboardingTokenClaims claims, string planeUid, TokenKeys keys)
    {
        var header = new JsonObject { ["alg"] = "ES256", ["typ"] = Type, ["kid"] = keys.SigningKeyId };
        var confirmation = new JsonObject { ["jkt"] = claims.Thumbprint };
        if (claims.MayBind is { } binding)
        {
            confirmation["binding"] = binding;
        }

        var payload = new JsonObject
        {
            ["iss"] = planeUid,
            ["aud"] = planeUid,
            ["azp"] = planeUid,
            ["sub"] = $"{claims.GroupNamespace}/{claims.Registration}",
            ["claims"] = new JsonObject
            {
                ["workload"] = IdentityClaim.Write(claims.Workload),
                ["workload_group"] = new JsonObject { ["namespace"] = claims.GroupNamespace, ["name"] = claims.GroupName },
            },
            ["cnf"] = confirmation,
            ["jti"] = claims.Id,
            [TokenMark.Claim] = TokenMark.Compute(claims.Id, claims.Thumbprint, claims.ExpiresAt.ToUnixTimeSeconds(), keys),
            ["iat"] = claims.IssuedAt.ToUnixTimeSeconds(),
            ["exp"] = claims.ExpiresAt.ToUnixTimeSeconds(),
        };
        string signed = $"{Encode(header)}.{Encode(payload)}";
        byte[] signature = SigningKeyPool.Use(keys, key => key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256));
        return $"{signed}.{Base64Url.EncodeToString(signature)}";
    }

    private static string Encode(JsonObject part) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(part.ToJsonString()));
}
