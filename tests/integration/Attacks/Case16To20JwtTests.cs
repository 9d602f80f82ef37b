using System.Text.Json.Nodes;
using Google.Protobuf.WellKnownTypes;
using Onboarding.Api;
using Onboarding.Api.Rpc;
using Onboarding.Testing;
using Onboarding.Tests.Integration.Endpoint;
using Onboarding.Tests.Integration.Platforms;
using Xunit;
using Rpc = Onboarding.Api.Rpc;

namespace Onboarding.Tests.Integration.Attacks;

/// <summary>
/// What a token may not be, asked of a whole plane. Every variant at the verifier itself: <c>JwtAuthenticatorTests</c>; what an
/// issuer's server can do: <see cref="RemoteKeysTests"/>.
/// </summary>
public sealed class Case16To20JwtTests(PlatformPlane platforms) : AttackOnPlatforms(platforms)
{
    private TestIssuer Issuer => Platforms.Plane.Issuer;

    [Theory]
    [InlineData("none", Reasons.CredentialAlgorithm)]
    [InlineData("HS256 with the public key", Reasons.CredentialAlgorithm)]
    [InlineData("RS256 over an EC signature", Reasons.CredentialSignature)]
    [InlineData("crit", Reasons.CredentialMalformed)]
    [InlineData("jwk", Reasons.CredentialMalformed)]
    [InlineData("jku", Reasons.CredentialMalformed)]
    [InlineData("x5u", Reasons.CredentialMalformed)]
    public Task Case16_a_token_that_chooses_how_it_is_checked_is_refused(string how, string reason) => Refused(reason, (plane, _) => how switch
    {
        "none" => Jwt(Issuer.WithoutSignature(Claims(plane))),
        "HS256 with the public key" => Jwt(Issuer.SignHmacWithPublicKey(Claims(plane))),
        "RS256 over an EC signature" => Jwt(Issuer.Sign(Claims(plane), h => h["alg"] = "RS256")),
        _ => Jwt(Issuer.Sign(Claims(plane), h => h[how] = Issuer.EcKey())),
    });

    [Theory]
    [InlineData(null)]
    [InlineData("[]")]
    [InlineData("[\"test-plane\",\"other\"]")]
    [InlineData("\"test-planex\"")]
    [InlineData("\"xtest-plane\"")]
    [InlineData("\"Test-Plane\"")]
    [InlineData("7")]
    [InlineData("null")]
    public Task Case17_an_audience_that_is_not_this_plane_alone_is_refused(string? audience) =>
        Changed(Reasons.CredentialAudience, "aud", audience);

    [Theory]
    [InlineData("exp", null, Reasons.CredentialLifetime)]
    [InlineData("iat", null, Reasons.CredentialLifetime)]
    [InlineData("exp", "\"4102444800\"", Reasons.CredentialLifetime)]
    [InlineData("exp", "4102444800", Reasons.CredentialLifetime)]
    [InlineData("exp", "1e300", Reasons.CredentialLifetime)]
    [InlineData("exp", "1.5", Reasons.CredentialLifetime)]
    [InlineData("exp", "9223372036854775808", Reasons.CredentialLifetime)]
    [InlineData("nbf", "4102444800", Reasons.CredentialNotYetValid)]
    [InlineData("nbf", "\"now\"", Reasons.CredentialLifetime)]
    public Task Case18_times_that_are_missing_odd_or_far_off_are_refused(string name, string? value, string reason) => Changed(reason, name, value);

    [Theory]
    [InlineData("unknown")]
    [InlineData("../../../../etc/passwd")]
    [InlineData("key-1' OR '1'='1")]
    public Task Case19_an_unknown_key_id_is_refused(string kid) =>
        Refused(Reasons.CredentialSignature, (plane, _) => Jwt(Issuer.Sign(Claims(plane), h => h["kid"] = kid)));

    [Theory]
    [InlineData("https://id.corp.example/")]
    [InlineData("https://id.corp.example/other-tenant")]
    [InlineData("https://ID.corp.example")]
    [InlineData("https://id.corp.example#x")]
    public Task Case20_an_issuer_that_is_not_exactly_the_configured_one_is_refused(string issuer) =>
        Changed(Reasons.CredentialIssuer, "iss", $"\"{issuer}\"");

    private static Any Jwt(string token) => Any.Pack(new JwtCredential { Token = token });

    private JsonObject Claims(Rpc.Plane plane) => Issuer.Claims(plane.Uid, DateTimeOffset.UtcNow);

    private Task Changed(string reason, string name, string? json) => Refused(reason, (plane, _) =>
    {
        JsonObject claims = Claims(plane);
        claims.Remove(name);
        if (json is not null)
        {
            claims[name] = JsonNode.Parse(json);
        }

        return Jwt(Issuer.Sign(claims));
    });
}
