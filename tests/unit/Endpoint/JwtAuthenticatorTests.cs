using System.Text.Json.Nodes;
using Google.Protobuf;
using Onboarding.Api;
using Onboarding.Api.Identity;
using Onboarding.Api.Rpc;
using Onboarding.Endpoint.Authentication;
using Onboarding.Endpoint.Authentication.Jwt;
using Onboarding.Plane.Refusals;
using Onboarding.Plane.Settings;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.Endpoint;

/// <summary>Attack cases 16 to 20: what a JWT may not be.</summary>
public sealed class JwtAuthenticatorTests : IDisposable
{
    private const string Plane = "plane-uid-1";
    private readonly FakeTimeProvider _time = new();
    private readonly TestIssuer _issuer = new();
    private readonly TestAgentKey _key = new();
    private readonly IssuerHttpClient _http = new(new IssuerAddresses(false, false), null);

    public void Dispose()
    {
        _issuer.Dispose();
        _key.Dispose();
        _http.Dispose();
    }

    [Fact]
    public async Task A_good_token_says_who_the_workload_is()
    {
        AuthenticatedWorkload workload = await Authenticate(_issuer.Sign(Claims()));

        JwtIdentity jwt = workload.Identity.Jwt.ShouldNotBeNull();
        jwt.Issuer.ShouldBe(_issuer.Name);
        jwt.Subject.ShouldBe("host-1");
        jwt.Attributes.ShouldBe(new Dictionary<string, string> { ["role"] = "ratings" });
        workload.BoundIdentity.ShouldBe(workload.Identity);
        workload.MayReplaceKey.ShouldBeTrue();
    }

    [Theory]
    [InlineData("RS256")]
    [InlineData("PS256")]
    public async Task Tokens_signed_with_rsa_are_accepted(string algorithm)
    {
        (await Authenticate(_issuer.SignRsa(Claims(), algorithm))).Identity.Jwt!.Subject.ShouldBe("host-1");
    }

    [Fact]
    public async Task An_unsigned_token_is_refused() =>
        (await Refused(_issuer.WithoutSignature(Claims()))).ShouldBe(Reasons.CredentialAlgorithm);

    [Fact]
    public async Task A_token_with_the_public_key_as_the_secret_is_refused() =>
        (await Refused(_issuer.SignHmacWithPublicKey(Claims()))).ShouldBe(Reasons.CredentialAlgorithm);

    [Theory]
    [InlineData("RS256")]
    [InlineData("ES384")]
    [InlineData("PS256")]
    public async Task An_algorithm_that_does_not_fit_the_key_is_refused(string algorithm) =>
        (await Refused(_issuer.Sign(Claims(), h => h["alg"] = algorithm))).ShouldBe(Reasons.CredentialSignature);

    [Theory]
    [InlineData("none ")]
    [InlineData("None")]
    [InlineData("es256")]
    [InlineData("")]
    public async Task Algorithms_are_compared_exactly(string algorithm) =>
        (await Refused(_issuer.Sign(Claims(), h => h["alg"] = algorithm))).ShouldBe(Reasons.CredentialAlgorithm);

    [Theory]
    [InlineData("crit")]
    [InlineData("jwk")]
    [InlineData("jku")]
    [InlineData("x5u")]
    public async Task A_token_that_brings_its_own_key_or_demands_is_refused(string name) =>
        (await Refused(_issuer.Sign(Claims(), h => h[name] = _issuer.EcKey()))).ShouldBe(Reasons.CredentialMalformed);

    [Fact]
    public async Task A_changed_payload_is_refused()
    {
        string[] good = _issuer.Sign(Claims()).Split('.');
        JsonObject other = Claims();
        other["sub"] = "host-2";
        string[] changed = _issuer.Sign(other).Split('.');

        (await Refused($"{good[0]}.{changed[1]}.{good[2]}")).ShouldBe(Reasons.CredentialSignature);
    }

    [Fact]
    public async Task A_token_signed_by_somebody_else_is_refused()
    {
        using var impostor = new TestIssuer();

        (await Refused(impostor.Sign(Claims()))).ShouldBe(Reasons.CredentialSignature);
    }

    [Theory]
    [InlineData("unknown")]
    [InlineData("../../etc/passwd")]
    [InlineData("")]
    public async Task An_unknown_key_id_is_refused(string kid) =>
        (await Refused(_issuer.Sign(Claims(), h => h["kid"] = kid))).ShouldBe(Reasons.CredentialSignature);

    [Fact]
    public async Task A_token_without_a_key_id_is_tried_with_every_key() =>
        (await Authenticate(_issuer.Sign(Claims(), h => h.Remove("kid")))).Identity.Jwt.ShouldNotBeNull();

    [Theory]
    [InlineData("https://id.corp.example/")]
    [InlineData("https://ID.corp.example")]
    [InlineData("https://id.corp.example/v2.0")]
    [InlineData("https://other.example")]
    public async Task An_issuer_is_compared_character_by_character(string name)
    {
        JsonObject claims = Claims();
        claims["iss"] = name;

        (await Refused(_issuer.Sign(claims))).ShouldBe(Reasons.CredentialIssuer);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("\"other-plane\"")]
    [InlineData("\"plane-uid-1x\"")]
    [InlineData("\"xplane-uid-1\"")]
    [InlineData("\"PLANE-UID-1\"")]
    [InlineData("1")]
    [InlineData("{\"plane-uid-1\":1}")]
    [InlineData("[\"plane-uid-1\",\"other-plane\"]")]
    [InlineData("[[\"plane-uid-1\"]]")]
    public async Task An_audience_that_is_not_exactly_this_plane_is_refused(string audience)
    {
        JsonObject claims = Claims();
        claims["aud"] = JsonNode.Parse(audience);

        (await Refused(_issuer.Sign(claims))).ShouldBe(Reasons.CredentialAudience);
    }

    [Fact]
    public async Task A_token_without_audience_is_refused()
    {
        JsonObject claims = Claims();
        claims.Remove("aud");

        (await Refused(_issuer.Sign(claims))).ShouldBe(Reasons.CredentialAudience);
    }

    [Fact]
    public async Task A_list_with_this_plane_alone_is_accepted()
    {
        JsonObject claims = Claims();
        claims["aud"] = new JsonArray(Plane);

        (await Authenticate(_issuer.Sign(claims))).Identity.Jwt.ShouldNotBeNull();
    }

    [Fact]
    public async Task Foreign_audiences_beside_ours_are_accepted_where_configured()
    {
        JsonObject claims = Claims();
        claims["aud"] = new JsonArray(Plane, "account");
        JwtIssuerSettings lenient = Settings() with { Audiences = ["account"] };

        (await Authenticate(_issuer.Sign(claims), lenient)).Identity.Jwt.ShouldNotBeNull();
        claims["aud"] = new JsonArray(Plane, "account", "other");
        (await Refused(_issuer.Sign(claims), lenient)).ShouldBe(Reasons.CredentialAudience);
    }

    [Theory]
    [InlineData("exp", null)]
    [InlineData("iat", null)]
    [InlineData("exp", "\"1767323045\"")]
    [InlineData("exp", "1767323345.5")]
    [InlineData("exp", "1e30")]
    [InlineData("exp", "-5")]
    [InlineData("exp", "9223372036854775807")]
    [InlineData("nbf", "\"now\"")]
    public async Task Times_are_whole_seconds_and_present(string name, string? value)
    {
        JsonObject claims = Claims();
        claims.Remove(name);
        if (value is not null)
        {
            claims[name] = JsonNode.Parse(value);
        }

        (await Refused(_issuer.Sign(claims))).ShouldBe(Reasons.CredentialLifetime);
    }

    [Fact]
    public async Task A_token_that_lives_ten_years_is_refused()
    {
        JsonObject claims = Claims();
        claims["exp"] = _time.GetUtcNow().AddYears(10).ToUnixTimeSeconds();

        (await Refused(_issuer.Sign(claims))).ShouldBe(Reasons.CredentialLifetime);
    }

    [Theory]
    [InlineData(59, null)]
    [InlineData(61, Reasons.CredentialExpired)]
    [InlineData(7200, Reasons.CredentialExpired)]
    public async Task An_expired_token_is_refused_with_a_minute_of_skew(int secondsAfter, string? reason)
    {
        string token = _issuer.Sign(Claims());
        _time.Advance(TimeSpan.FromSeconds(300 + secondsAfter));

        (await RefusedOrNull(token)).ShouldBe(reason);
    }

    [Theory]
    [InlineData("iat", 59, null)]
    [InlineData("iat", 61, Reasons.CredentialNotYetValid)]
    [InlineData("nbf", 59, null)]
    [InlineData("nbf", 61, Reasons.CredentialNotYetValid)]
    public async Task A_token_of_the_future_is_refused_with_a_minute_of_skew(string name, int seconds, string? reason)
    {
        JsonObject claims = Claims();
        claims[name] = _time.GetUtcNow().AddSeconds(seconds).ToUnixTimeSeconds();

        (await RefusedOrNull(_issuer.Sign(claims))).ShouldBe(reason);
    }

    [Fact]
    public async Task A_clock_two_hours_off_is_named_as_the_likely_cause()
    {
        JsonObject claims = _issuer.Claims(Plane, _time.GetUtcNow().AddHours(2));

        RefusedException refused = await Should.ThrowAsync<RefusedException>(Authenticate(_issuer.Sign(claims)));

        refused.Refusal.Reason.ShouldBe(Reasons.CredentialNotYetValid);
        refused.Message.ShouldContain("Check the clocks");
        refused.Message.ShouldContain("2026-01-02T03:04:05Z");
    }

    [Theory]
    [InlineData("\"\"")]
    [InlineData("\"hôst\"")]
    [InlineData("\"a\\u0000b\"")]
    [InlineData("\"a\\nb\"")]
    [InlineData("7")]
    [InlineData("null")]
    public async Task A_subject_is_printable_ascii(string subject)
    {
        JsonObject claims = Claims();
        claims["sub"] = JsonNode.Parse(subject);

        (await Refused(_issuer.Sign(claims))).ShouldBe(Reasons.CredentialSubject);
    }

    [Theory]
    [InlineData("""{"iss":"https://id.corp.example","sub":"a","sub":"b"}""")]
    [InlineData("""{"iss":"https://id.corp.example","sub":"\ud800"}""")]
    [InlineData("""{"iss":"https://id.corp.example","a\ud800":1}""")]
    [InlineData("""{"iss":"https://id.corp.example","unread":["a\udc00"]}""")]
    [InlineData("""["iss"]""")]
    [InlineData("""{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":1}}}}}}}}}}}}}}}}}""")]
    [InlineData("\ufeff{}")]
    [InlineData("{")]
    public async Task A_payload_that_two_readers_could_read_differently_is_refused(string payload)
    {
        string token = _issuer.SignRaw("""{"alg":"ES256","kid":"key-1"}""", payload);

        (await RefusedOrNull(token)).ShouldBe(Reasons.CredentialMalformed);
    }

    [Theory]
    [InlineData("""{"alg":"ES256","kid":"\ud800"}""")]
    [InlineData("""{"alg":"ES256","k\ud800":"key-1"}""")]
    public async Task A_header_with_half_a_character_is_refused(string header) =>
        (await RefusedOrNull(_issuer.SignRaw(header, Claims().ToJsonString()))).ShouldBe(Reasons.CredentialMalformed);

    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("a.b")]
    [InlineData("a.b.c.d")]
    [InlineData("e30=.e30.")]
    [InlineData("e30 .e30.")]
    [InlineData("..")]
    public async Task What_is_not_a_compact_token_is_refused(string token) => (await Refused(token)).ShouldBe(Reasons.CredentialMalformed);

    [Fact]
    public async Task A_huge_token_is_refused_before_it_is_parsed() =>
        (await Refused(new string('a', CompactJwt.LongestToken + 1))).ShouldBe(Reasons.CredentialMalformed);

    [Fact]
    public async Task Bytes_that_are_no_message_are_refused()
    {
        JwtAuthenticator authenticator = Make(Settings());

        RefusedException refused = await Should.ThrowAsync<RefusedException>(authenticator.AuthenticateAsync(
            new AuthenticationRequest(ByteString.CopyFrom(0xff, 0xff, 0xff), Plane, _key.Public), CancellationToken.None));

        refused.Refusal.Reason.ShouldBe(Reasons.CredentialMalformed);
    }

    [Fact]
    public async Task A_token_without_the_configured_attributes_stays_valid()
    {
        JsonObject claims = Claims();
        claims.Remove("custom_attributes");

        (await Authenticate(_issuer.Sign(claims))).Identity.Jwt!.Attributes.ShouldBeEmpty();
    }

    [Fact]
    public async Task Too_many_attributes_are_refused_rather_than_dropped()
    {
        JsonObject claims = Claims();
        claims["custom_attributes"] = new JsonObject(Enumerable.Range(0, 65).Select(i => KeyValuePair.Create($"a{i}", (JsonNode?)i)));

        (await Refused(_issuer.Sign(claims))).ShouldBe(Reasons.CredentialMalformed);
    }

    [Fact]
    public async Task Hosts_with_a_shared_subject_are_told_apart_by_their_key()
    {
        JwtIssuerSettings shared = Settings() with { SubjectIsShared = true };

        AuthenticatedWorkload workload = await Authenticate(_issuer.Sign(Claims()), shared);

        workload.Identity.Jwt!.Subject.ShouldBe("host-1");
        workload.BoundIdentity.Jwt!.Subject.ShouldMatch("^host-1-h-[0-9a-f]{16}$");
        SharedIdentity.Undo(workload.BoundIdentity, _key.Public.Thumbprint).ShouldBe(workload.Identity);
        using var other = new TestAgentKey();
        SharedIdentity.Undo(workload.BoundIdentity, other.Public.Thumbprint).ShouldBe(workload.BoundIdentity);
    }

    [Fact]
    public async Task No_message_of_a_refusal_holds_the_token()
    {
        string token = _issuer.SignHmacWithPublicKey(Claims());

        RefusedException refused = await Should.ThrowAsync<RefusedException>(Authenticate(token));

        string everything = $"{refused} {refused.Refusal}";
        token.Split('.').ShouldAllBe(part => !everything.Contains(part, StringComparison.Ordinal));
    }

    private JsonObject Claims() => _issuer.Claims(Plane, _time.GetUtcNow());

    private JwtIssuerSettings Settings() => new()
    {
        Issuer = _issuer.Name,
        ShortName = "corp",
        Jwks = _issuer.Jwks,
        Attributes = AttributePath.Parse(".custom_attributes"),
    };

    private JwtAuthenticator Make(JwtIssuerSettings settings)
    {
        var issuers = new JwtIssuers(new IssuerKeyFetcher(_http), _time);
        issuers.Replace([settings]);
        return new JwtAuthenticator(issuers, _time);
    }

    private Task<AuthenticatedWorkload> Authenticate(string token, JwtIssuerSettings? settings = null) =>
        Make(settings ?? Settings()).AuthenticateAsync(
            new AuthenticationRequest(new JwtCredential { Token = token }.ToByteString(), Plane, _key.Public), CancellationToken.None);

    private async Task<string> Refused(string token, JwtIssuerSettings? settings = null) =>
        (await Should.ThrowAsync<RefusedException>(Authenticate(token, settings))).Refusal.Reason;

    private async Task<string?> RefusedOrNull(string token)
    {
        try
        {
            await Authenticate(token);
            return null;
        }
        catch (RefusedException e)
        {
            return e.Refusal.Reason;
        }
    }
}
