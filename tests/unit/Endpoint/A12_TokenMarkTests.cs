using System.Buffers.Text;
using System.Text;
using Onboarding.Api.Identity;
using Onboarding.Endpoint.Tokens;
using Onboarding.Plane.Keys;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.Endpoint;

/// <summary>Attack: an address that is held back has the plane verify the signatures of tokens that it makes up.</summary>
public sealed class A12_TokenMarkTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly TokenKeys _keys;
    private readonly string _token;

    public A12_TokenMarkTests()
    {
        _keys = TokenKeysSecret.Create(_time.GetUtcNow());
        _token = OnboardingTokenIssuer.Issue(
            new OnboardingTokenClaims
            {
                Workload = new WorkloadIdentity { Jwt = new JwtIdentity { Issuer = "https://id.example", Subject = "vm-1" } },
                GroupNamespace = "bookinfo",
                GroupName = "ratings",
                Registration = "ratings-vm-1",
                Thumbprint = "key",
                Id = "id",
                IssuedAt = _time.GetUtcNow(),
                ExpiresAt = _time.GetUtcNow() + TimeSpan.FromHours(1),
            },
            "plane",
            _keys);
    }

    [Fact]
    public void A_token_of_this_plane_bears_its_mark_also_after_its_key_was_rotated()
    {
        TokenMark.IsOn(_token, _keys, _time.GetUtcNow()).ShouldBeTrue();
        TokenMark.IsOn(_token, TokenKeysSecret.Rotate(_keys, _time.GetUtcNow(), TimeSpan.FromHours(1)), _time.GetUtcNow()).ShouldBeTrue();
    }

    [Fact]
    public void Another_plane_s_token_and_one_that_has_expired_do_not()
    {
        TokenMark.IsOn(_token, TokenKeysSecret.Create(_time.GetUtcNow()), _time.GetUtcNow()).ShouldBeFalse();
        TokenMark.IsOn(_token, _keys, _time.GetUtcNow() + TimeSpan.FromHours(1)).ShouldBeFalse();
    }

    [Theory]
    [InlineData("\"jti\":\"id\"", "\"jti\":\"di\"")]
    [InlineData("\"jkt\":\"key\"", "\"jkt\":\"mine\"")]
    [InlineData("\"exp\":1", "\"exp\":2")]
    [InlineData("\"exp\":1", "\"exp\":-1")]
    [InlineData("\"cnf\":{\"jkt\":\"key\"}", "\"cnf\":7")]
    [InlineData("\"onboarding_mark\":\"", "\"onboarding_mark\":\"0")]
    [InlineData("\"onboarding_mark\"", "\"other\"")]
    public void A_token_that_was_changed_does_not(string what, string with)
    {
        string[] parts = _token.Split('.');
        string payload = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(parts[1]));
        payload.ShouldContain(what);
        string changed = Base64Url.EncodeToString(Encoding.UTF8.GetBytes(payload.Replace(what, with, StringComparison.Ordinal)));

        TokenMark.IsOn($"{parts[0]}.{changed}.{parts[2]}", _keys, _time.GetUtcNow()).ShouldBeFalse();
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("a.b.c")]
    [InlineData("e30.e30.")]
    [InlineData("e30.W10.")]
    public void What_is_no_token_does_not(string token) => TokenMark.IsOn(token, _keys, _time.GetUtcNow()).ShouldBeFalse();
}
