using System.Text.Json.Nodes;
using Onboarding.Api;
using Onboarding.Testing;
using Onboarding.Testing.Clouds;
using Onboarding.Tests.Integration.Endpoint;
using Onboarding.Tests.Integration.Platforms;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.Attacks;

/// <summary>Tokens with Google's own signature that prove another thing than they seem to.</summary>
public sealed class Case21GcpTests(PlatformPlane platforms) : AttackOnPlatforms(platforms)
{
    [Fact]
    public async Task Case21_a_service_accounts_own_token_is_no_instances()
    {
        await Changed(Reasons.CredentialSubject, c => c.Remove("google"));
        await Changed(Reasons.CredentialSubject, c => ((JsonObject)c["google"]!).Remove("compute_engine"));
        await Changed(Reasons.CredentialSubject, c => c["google"] = "compute_engine");
    }

    [Theory]
    [InlineData("instance_id", null)]
    [InlineData("instance_id", "\"\"")]
    [InlineData("instance_id", "\"ratings-1\"")]
    [InlineData("instance_name", null)]
    [InlineData("zone", "\"\"")]
    [InlineData("zone", "\"nowhere\"")]
    [InlineData("project_id", null)]
    [InlineData("project_number", "\"739419398126\"")]
    [InlineData("project_number", "-1")]
    public Task Case21_a_token_that_does_not_say_which_instance_is_refused(string name, string? json) => Changed(Reasons.CredentialSubject, claims =>
    {
        claims.Engine().Remove(name);
        if (json is not null)
        {
            claims.Engine()[name] = JsonNode.Parse(json);
        }
    });

    [Fact]
    public Task Case21_an_instance_of_another_project_is_refused() => Changed(Reasons.CredentialTenant, c => c.Engine()["project_id"] = "shop-prod-evil");

    [Fact]
    public async Task Case21_an_instance_made_anew_under_the_same_name_is_another_workload()
    {
        using var key = new TestAgentKey();
        using var other = new TestAgentKey();
        TestAgent first = await Platforms.AdmitAsync((plane, _) => PlatformCredentials.Gcp(Platforms.Google, plane, "1001"), key);

        TestAgent second = await Platforms.AdmitAsync((plane, _) => PlatformCredentials.Gcp(Platforms.Google, plane, "1002"), other);

        second.Registration.ShouldNotBe(first.Registration);
        await Platforms.RefuseAsync(
            Reasons.KeyMismatch, (plane, _) => PlatformCredentials.Gcp(Platforms.Google, plane, "1001"), because: "a token of the first one, with another key");
    }

    [Fact]
    public async Task Case17_a_token_for_another_plane_is_refused()
    {
        await Changed(Reasons.CredentialAudience, c => c["aud"] = "https://other-plane.example");
        await Changed(Reasons.CredentialAudience, c => c["aud"] = new JsonArray());
        await Changed(Reasons.CredentialAudience, c => c.Remove("aud"));
    }

    [Fact]
    public async Task Case20_only_googles_issuer_counts_whoever_signed()
    {
        await Changed(Reasons.CredentialIssuer, c => c["iss"] = "accounts.google.com");
        await Changed(Reasons.CredentialIssuer, c => c["iss"] = "https://accounts.google.com/");
        using var stranger = new TokenSigner();
        await Refused(Reasons.CredentialSignature, (plane, _) => PlatformCredentials.Gcp(stranger, plane));
    }

    [Fact]
    public async Task Case18_a_token_that_is_old_or_lives_for_long_is_refused()
    {
        await Changed(Reasons.CredentialLifetime, c => c["exp"] = DateTimeOffset.UtcNow.AddHours(2).ToUnixTimeSeconds());
        await Changed(Reasons.CredentialExpired, c =>
        {
            c["iat"] = DateTimeOffset.UtcNow.AddHours(-2).ToUnixTimeSeconds();
            c["exp"] = DateTimeOffset.UtcNow.AddHours(-1).ToUnixTimeSeconds();
        });
        await Changed(Reasons.CredentialLifetime, c => c.Remove("exp"));
    }

    [Fact]
    public async Task Case29_a_token_that_was_used_is_worth_nothing_with_another_key_even_where_its_machine_has_left()
    {
        string token = Platforms.Google.Sign(GoogleTokens.Claims(TestPlane.Uid, DateTimeOffset.UtcNow, "2001"));
        TestAgent owner = await Platforms.AdmitAsync((_, _) => PlatformCredentials.Gcp(token));
        await owner.AuthorizeAsync();
        await owner.UnregisterAsync();
        TestAgent thief = Platforms.Plane.Agent();
        thief.Present = (_, _) => PlatformCredentials.Gcp(token);
        await Eventually.Is(async () => await thief.RefusalAsync() != Reasons.KeyMismatch, "the plane sees that its machine has left");

        await Refused(Reasons.CredentialReplayed, (_, _) => PlatformCredentials.Gcp(token));

        (await owner.AuthorizeAsync()).Registration.ShouldBe(owner.Registration, "the key that used it may present it again: its answer may have been lost");
    }

    [Fact]
    public Task Case29_of_many_that_present_one_token_at_two_replicas_at_once_one_gets_in() => Platforms.OneOfManyAsync(
        10, PlatformCredentials.Gcp(Platforms.Google.Sign(GoogleTokens.Claims(TestPlane.Uid, DateTimeOffset.UtcNow, "3001"))), Reasons.CredentialReplayed, Reasons.KeyMismatch);

    private Task Changed(string reason, Action<JsonObject> change) =>
        Refused(reason, (plane, _) => PlatformCredentials.Gcp(Platforms.Google, plane, change: change));
}
