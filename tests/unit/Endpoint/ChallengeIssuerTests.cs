using Onboarding.Endpoint.Discovery;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.Endpoint;

public sealed class ChallengeIssuerTests
{
    private static readonly byte[] Key = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void A_challenge_is_good_at_every_replica_that_has_the_key()
    {
        Challenge challenge = new ChallengeIssuer(_time).Create(Key);

        new ChallengeIssuer(_time).Check(challenge.Bytes, Key).ShouldBe(ChallengeState.Good);
        challenge.ExpiresAt.ShouldBe(_time.GetUtcNow() + ChallengeIssuer.Lifetime);
    }

    [Fact]
    public void Two_challenges_of_one_moment_differ()
    {
        var issuer = new ChallengeIssuer(_time);

        issuer.Create(Key).Bytes.ShouldNotBe(issuer.Create(Key).Bytes);
    }

    [Theory]
    [InlineData(120, 0)]
    [InlineData(121, 2)]
    public void It_is_good_for_two_minutes(int seconds, int expected)
    {
        var issuer = new ChallengeIssuer(_time);
        Challenge challenge = issuer.Create(Key);
        _time.Advance(TimeSpan.FromSeconds(seconds));

        issuer.Check(challenge.Bytes, Key).ShouldBe((ChallengeState)expected);
    }

    [Fact]
    public void Another_planes_challenge_is_foreign() =>
        new ChallengeIssuer(_time).Check(new ChallengeIssuer(_time).Create(new byte[32]).Bytes, Key).ShouldBe(ChallengeState.Foreign);

    [Fact]
    public void No_bit_of_it_can_be_changed()
    {
        var issuer = new ChallengeIssuer(_time);
        byte[] good = issuer.Create(Key).Bytes;
        for (int bit = 0; bit < good.Length * 8; bit++)
        {
            byte[] changed = [.. good];
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            issuer.Check(changed, Key).ShouldBe(ChallengeState.Foreign, $"bit {bit}");
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(56)]
    [InlineData(58)]
    [InlineData(10_000)]
    public void Another_length_is_foreign(int length) =>
        new ChallengeIssuer(_time).Check(new byte[length], Key).ShouldBe(ChallengeState.Foreign);
}
