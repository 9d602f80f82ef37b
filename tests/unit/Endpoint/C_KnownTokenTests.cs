using Onboarding.Api.Identity;
using Onboarding.Api.Proofs;
using Onboarding.Endpoint.Tokens;
using Onboarding.Plane.Keys;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.Endpoint;

/// <summary>A token that was read is known when it comes again; nothing else is taken for it.</summary>
public sealed class C_KnownTokenTests
{
    private const string Plane = "plane-uid-1";
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void A_token_is_known_once_it_was_read_and_until_it_expires()
    {
        TokenKeys keys = TokenKeysSecret.Create(_time.GetUtcNow());
        string token = OnboardingTokenIssuer.Issue(Claims(), Plane, keys);
        var reader = new OnboardingTokenReader(_time);

        reader.Known(token, Plane, keys).ShouldBeNull("no one has verified it yet");
        OnboardingTokenClaims read = reader.Read(token, Plane, keys);

        reader.Known(token, Plane, keys).ShouldBeSameAs(read);
        _time.Advance(TimeSpan.FromHours(1));
        reader.Known(token, Plane, keys).ShouldBeNull("it has expired");
    }

    [Fact]
    public void It_is_not_known_with_other_keys_by_another_plane_or_with_another_letter()
    {
        TokenKeys keys = TokenKeysSecret.Create(_time.GetUtcNow());
        string token = OnboardingTokenIssuer.Issue(Claims(), Plane, keys);
        var reader = new OnboardingTokenReader(_time);
        reader.Read(token, Plane, keys);

        reader.Known(token, Plane, TokenKeysSecret.Rotate(keys, _time.GetUtcNow(), TimeSpan.FromHours(1))).ShouldBeNull();
        reader.Known(token, Plane, keys with { }).ShouldBeNull("keys that were read again may have lost one");
        reader.Known(token, "plane-uid-2", keys).ShouldBeNull();
        reader.Known(token[..^1], Plane, keys).ShouldBeNull();
        reader.Known(token + " ", Plane, keys).ShouldBeNull();
    }

    [Fact]
    public void A_token_of_a_retired_key_is_verified_each_time()
    {
        TokenKeys before = TokenKeysSecret.Create(_time.GetUtcNow());
        string token = OnboardingTokenIssuer.Issue(Claims(), Plane, before);
        TokenKeys after = TokenKeysSecret.Rotate(before, _time.GetUtcNow(), TimeSpan.FromHours(1));
        var reader = new OnboardingTokenReader(_time);

        reader.Read(token, Plane, after);

        reader.Known(token, Plane, after).ShouldBeNull("its key goes before the keys do");
    }

    [Fact]
    public void Only_so_much_is_remembered()
    {
        var results = new RecentResults<int, string>(half: 10);
        for (int i = 0; i < 25; i++)
        {
            results.Add(i, $"{i}");
        }

        results.TryGet(24, out string? last).ShouldBeTrue();
        last.ShouldBe("24");
        results.TryGet(10, out _).ShouldBeTrue();
        results.TryGet(9, out _).ShouldBeFalse();
    }

    [Fact]
    public void A_key_is_checked_once_if_its_agent_was_given_a_token()
    {
        using var agent = new TestAgentKey();
        using var stranger = new TestAgentKey();
        AgentPublicKey key = RecentKeys.TryRead(agent.PublicBytes)!;
        RecentKeys.TryRead(agent.PublicBytes).ShouldNotBeSameAs(key, "no one has admitted it");

        RecentKeys.Keep(key);

        RecentKeys.TryRead(agent.PublicBytes).ShouldBeSameAs(key);
        RecentKeys.TryRead(stranger.PublicBytes)!.Thumbprint.ShouldBe(stranger.Public.Thumbprint);
        byte[] damaged = [.. agent.PublicBytes];
        damaged[^1] ^= 1;
        RecentKeys.TryRead(damaged).ShouldBeNull("it is no point of the curve");
    }

    private OnboardingTokenClaims Claims() => new()
    {
        Workload = new WorkloadIdentity { Jwt = new JwtIdentity { Issuer = "https://corp.example", Subject = "host-1" } },
        GroupNamespace = "bookinfo",
        GroupName = "ratings",
        Registration = "ratings-jwt-corp--host-1",
        Thumbprint = "jkt",
        Id = "1",
        IssuedAt = _time.GetUtcNow(),
        ExpiresAt = _time.GetUtcNow() + TimeSpan.FromHours(1),
    };
}
