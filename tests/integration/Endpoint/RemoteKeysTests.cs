using System.Text.Json.Nodes;
using Google.Protobuf;
using Microsoft.AspNetCore.Http;
using Onboarding.Api;
using Onboarding.Api.Rpc;
using Onboarding.Endpoint.Authentication;
using Onboarding.Endpoint.Authentication.Jwt;
using Onboarding.Plane.Refusals;
using Onboarding.Plane.Settings;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.Endpoint;

/// <summary>Keys that are fetched from an issuer, over HTTPS, from a server that does what a hostile or broken one would.</summary>
public sealed class RemoteKeysTests : IAsyncLifetime
{
    private const string Plane = "plane-uid-1";
    private const string Keys = "/keys";
    private const string Discovery = "/.well-known/openid-configuration";

    private readonly FakeTimeProvider _time = new();
    private readonly TestAgentKey _key = new();
    private TestIssuerServer _server = null!;
    private TestIssuer _issuer = null!;
    private IssuerHttpClient _http = null!;
    private JwtAuthenticator _authenticator = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await TestIssuerServer.StartAsync();
        _issuer = new TestIssuer(_server.Url);
        _http = new IssuerHttpClient(new IssuerAddresses(false, true), () => [_server.Certificates.Authority]);
        _server.Answer(Keys, _issuer.Jwks);
        _authenticator = Make(new Uri(_server.Url + Keys));
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        _issuer.Dispose();
        _key.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Keys_come_from_the_jwks_uri_and_are_kept()
    {
        for (int i = 0; i < 5; i++)
        {
            (await Authenticate(_issuer)).Identity.Jwt!.Subject.ShouldBe("host-1");
        }

        _server.CountOf(Keys).ShouldBe(1);
        _time.Advance(TimeSpan.FromMinutes(10));
        await Authenticate(_issuer);
        _server.CountOf(Keys).ShouldBe(2);
    }

    [Fact]
    public async Task Without_a_jwks_uri_they_come_from_where_the_openid_configuration_says()
    {
        _authenticator = Make(null);
        _server.Answer(Discovery, Configuration(_server.Url));

        (await Authenticate(_issuer)).Identity.Jwt!.Subject.ShouldBe("host-1");

        _server.CountOf(Discovery).ShouldBe(1);
        _server.CountOf(Keys).ShouldBe(1);
    }

    [Theory]
    [InlineData("another issuer", "another issuer")]
    [InlineData("""{"jwks_uri": 7}""", "")]
    [InlineData("""{"issuer": "ISSUER"}""", "has no jwks_uri")]
    [InlineData("""{"issuer": "ISSUER", "jwks_uri": "http://127.0.0.1/keys"}""", "isn't an https URL")]
    [InlineData("<html>", "isn't an OpenID configuration")]
    public async Task An_openid_configuration_that_is_not_the_issuers_gives_no_keys(string document, string problem)
    {
        _authenticator = Make(null);
        _server.Answer(Discovery, document == "another issuer"
            ? Configuration(_server.Url + "/")
            : document.Replace("ISSUER", _server.Url, StringComparison.Ordinal));

        (await Unavailable()).Detail.ShouldNotBeNull().ShouldContain(problem);
        _server.CountOf(Keys).ShouldBe(0);
    }

    [Fact]
    public async Task A_thousand_callers_at_once_are_one_fetch()
    {
        await Task.WhenAll(Enumerable.Range(0, 1000).Select(_ => Task.Run(() => Authenticate(_issuer))));

        _server.CountOf(Keys).ShouldBe(1);
    }

    [Fact]
    public async Task Case19_a_flood_of_made_up_key_ids_is_one_fetch_in_thirty_seconds()
    {
        await Authenticate(_issuer);
        for (int round = 0; round < 3; round++)
        {
            for (int i = 0; i < 200; i++)
            {
                string kid = $"made-up-{round}-{i}";
                (await Refused(_issuer, kid)).Reason.ShouldBe(Reasons.CredentialSignature);
            }

            _server.CountOf(Keys).ShouldBe(1 + round);
            _time.Advance(TimeSpan.FromSeconds(30));
        }
    }

    [Fact]
    public async Task A_rotated_key_is_found_and_the_old_one_is_done()
    {
        await Authenticate(_issuer);
        using var rotated = new TestIssuer(_server.Url, "key-2");
        _server.Answer(Keys, rotated.Jwks);
        _time.Advance(TimeSpan.FromSeconds(30));

        (await Authenticate(rotated)).Identity.Jwt!.Subject.ShouldBe("host-1");
        (await Refused(_issuer)).Reason.ShouldBe(Reasons.CredentialSignature);
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        _authenticator = Make(new Uri(_server.Url + "/moved"));
        _server.Answer("/moved", http =>
        {
            http.Response.Redirect(_server.Url + Keys);
            return Task.CompletedTask;
        });

        (await Unavailable()).Detail.ShouldNotBeNull().ShouldContain("answered 302 instead of 200");
        _server.CountOf(Keys).ShouldBe(0);
    }

    [Fact]
    public async Task A_document_without_end_is_cut_off()
    {
        _server.Answer(Keys, async http =>
        {
            byte[] block = new byte[64 * 1024];
            try
            {
                while (!http.RequestAborted.IsCancellationRequested)
                {
                    await http.Response.Body.WriteAsync(block, http.RequestAborted);
                }
            }
            catch (Exception e) when (e is OperationCanceledException or IOException)
            {
                // That's the point.
            }
        });

        // Not by the ten seconds that any answer gets: by its size.
        (await Unavailable()).Detail.ShouldNotBeNull().ShouldContain("1048576");
    }

    [Fact]
    public async Task A_document_that_claims_to_be_a_gigabyte_is_not_waited_for()
    {
        _server.Answer(Keys, async http =>
        {
            http.Response.ContentLength = 1 << 30;
            try
            {
                await http.Response.WriteAsync("{", http.RequestAborted);
                await Task.Delay(Timeout.Infinite, http.RequestAborted);
            }
            catch (OperationCanceledException)
            {
                // That's the point.
            }
        });

        await Unavailable();
    }

    [Fact]
    public void A_key_set_has_ten_thousand_keys_at_most()
    {
        JsonObject set = new() { ["keys"] = new JsonArray(_issuer.EcKey()) };
        while (set["keys"]!.AsArray().Count < 10_000)
        {
            set["keys"]!.AsArray().Add(new JsonObject { ["kty"] = "oct" });
        }

        KeySetReader.Read(set.ToJsonString(), "test").ShouldHaveSingleItem();
        set["keys"]!.AsArray().Add(new JsonObject { ["kty"] = "oct" });
        Should.Throw<IssuerKeysException>(() => KeySetReader.Read(set.ToJsonString(), "test")).Message.ShouldContain("10001 keys");
    }

    [Theory]
    [InlineData("""{"kty": "EC", "kid": 7}""")]
    [InlineData("""{"kty": "RSA", "n": ["a"], "e": "AQAB"}""")]
    [InlineData("7")]
    [InlineData("null")]
    public void B13_a_key_that_can_not_be_read_is_left_out_and_counted(string bad)
    {
        string json = $$"""{"keys": [{{bad}}, {{_issuer.EcKey().ToJsonString()}}, {{bad}}]}""";
        int skipped = 0;

        KeySetReader.Read(json, "test", count => skipped = count).ShouldHaveSingleItem();

        skipped.ShouldBe(2);
    }

    [Fact]
    public async Task B13_tokens_are_accepted_and_the_log_tells_of_the_key()
    {
        _server.Answer(Keys, http => http.Response.WriteAsync($$"""{"keys": [{"kty": "EC", "kid": 7}, {{_issuer.EcKey().ToJsonString()}}]}"""));

        await Authenticate(_issuer);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("""{"keys": []}""")]
    [InlineData("""{"keys": [{"kty": "oct", "k": "c2VjcmV0", "kid": "key-1"}]}""")]
    [InlineData("""{"keys": [{"kty": "RSA", "n": "AQAB", "e": "AQAB", "kid": "key-1"}]}""")]
    [InlineData("""{"keys": [{"kty": "EC", "crv": "P-256", "use": "enc", "x": "AQAB", "y": "AQAB", "kid": "key-1"}]}""")]
    public void A_key_set_without_a_key_for_signatures_is_refused(string json) =>
        Should.Throw<IssuerKeysException>(() => KeySetReader.Read(json, "test"));

    [Fact]
    public async Task Case46_while_the_issuer_is_down_callers_are_told_to_come_back_and_then_it_works()
    {
        _server.Break(Keys);
        Refusal refusal = await Unavailable();
        refusal.RetryAfter.ShouldBe(TimeSpan.FromSeconds(30));
        refusal.Detail.ShouldNotBeNull().ShouldContain("answered 503");
        await Unavailable();
        _server.CountOf(Keys).ShouldBe(1, "a broken issuer isn't hammered");

        _server.Answer(Keys, _issuer.Jwks);
        _time.Advance(TimeSpan.FromSeconds(30));
        (await Authenticate(_issuer)).Identity.Jwt!.Subject.ShouldBe("host-1");
    }

    [Fact]
    public async Task Keys_outlive_an_outage_of_the_issuer_for_six_hours()
    {
        await Authenticate(_issuer);
        _server.Break(Keys);

        _time.Advance(TimeSpan.FromHours(6) - TimeSpan.FromSeconds(1));
        await Authenticate(_issuer);
        _time.Advance(TimeSpan.FromMinutes(1));
        await Unavailable();
    }

    [Fact]
    public async Task A_server_that_another_authority_vouches_for_is_not_asked()
    {
        using var others = new TestCertificates("another CA");
        using var http = new IssuerHttpClient(new IssuerAddresses(false, true), () => [others.Authority]);
        _authenticator = Make(new Uri(_server.Url + Keys), http);

        await Unavailable();

        _server.CountOf(Keys).ShouldBe(0);
    }

    [Theory]
    [InlineData("https://169.254.169.254/latest/meta-data")]
    [InlineData("https://[fd00:ec2::254]/latest/meta-data")]
    [InlineData("https://[::ffff:169.254.169.254]/")]
    [InlineData("https://10.0.0.1/keys")]
    [InlineData("https://192.168.1.1/keys")]
    [InlineData("https://172.31.0.1/keys")]
    [InlineData("https://100.64.0.1/keys")]
    [InlineData("https://0.0.0.0/keys")]
    [InlineData("https://127.0.0.1/keys")]
    [InlineData("https://localhost/keys")]
    [InlineData("https://[::1]/keys")]
    public async Task The_plane_is_not_sent_where_only_it_can_go(string target)
    {
        using var http = new IssuerHttpClient(new IssuerAddresses(false, false), null);
        _authenticator = Make(new Uri(target), http);

        (await Unavailable()).Detail.ShouldNotBeNull().ShouldBeGolden();
    }

    [Theory]
    [InlineData("169.254.169.254")]
    [InlineData("fe80::1")]
    [InlineData("224.0.0.1")]
    [InlineData("0.0.0.0")]
    [InlineData("::")]
    [InlineData("64:ff9b::a9fe:a9fe")]
    public void Some_addresses_are_never_asked_whatever_is_allowed(string address) =>
        new IssuerAddresses(true, true).Allows(System.Net.IPAddress.Parse(address)).ShouldBeFalse();

    [Fact]
    public void Private_addresses_are_asked_where_that_is_allowed()
    {
        new IssuerAddresses(true, false).Allows(System.Net.IPAddress.Parse("10.1.2.3")).ShouldBeTrue();
        new IssuerAddresses(true, false).Allows(System.Net.IPAddress.Loopback).ShouldBeFalse();
        new IssuerAddresses(false, false).Allows(System.Net.IPAddress.Parse("93.184.216.34")).ShouldBeTrue();
    }

    private string Configuration(string issuer) => new JsonObject { ["issuer"] = issuer, ["jwks_uri"] = _server.Url + Keys }.ToJsonString();

    private JwtAuthenticator Make(Uri? jwksUri, IssuerHttpClient? http = null)
    {
        var issuers = new JwtIssuers(new IssuerKeyFetcher(http ?? _http), _time);
        issuers.Replace([new JwtIssuerSettings { Issuer = _server.Url, ShortName = "corp", JwksUri = jwksUri }]);
        return new JwtAuthenticator(issuers, _time);
    }

    private Task<AuthenticatedWorkload> Authenticate(TestIssuer issuer, string? kid = null)
    {
        JsonObject claims = issuer.Claims(Plane, _time.GetUtcNow());
        string token = issuer.Sign(claims, kid is null ? null : header => header["kid"] = kid);
        return _authenticator.AuthenticateAsync(
            new AuthenticationRequest(new JwtCredential { Token = token }.ToByteString(), Plane, _key.Public), CancellationToken.None);
    }

    private async Task<Refusal> Refused(TestIssuer issuer, string? kid = null) =>
        (await Should.ThrowAsync<RefusedException>(Authenticate(issuer, kid))).Refusal;

    private async Task<Refusal> Unavailable()
    {
        Refusal refusal = await Refused(_issuer);
        refusal.Code.ShouldBe(RefusalCode.Unavailable);
        refusal.Reason.ShouldBe(Reasons.IssuerUnavailable);
        return refusal;
    }
}
