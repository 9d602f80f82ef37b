using Onboarding.Endpoint.Calls;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.Endpoint;

/// <summary>What rate limits are made of.</summary>
public sealed class TokenBucketsTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void A_burst_is_taken_and_then_one_at_a_time()
    {
        var buckets = new TokenBuckets(burst: 3, perSecond: 0.5, _time);

        for (int i = 0; i < 3; i++)
        {
            buckets.Take("a").ShouldBeNull();
        }

        buckets.Take("a").ShouldBe(TimeSpan.FromSeconds(2));
        _time.Advance(TimeSpan.FromSeconds(2));
        buckets.Take("a").ShouldBeNull();
        buckets.Take("a").ShouldNotBeNull();
    }

    [Fact]
    public void One_key_costs_another_nothing()
    {
        var buckets = new TokenBuckets(burst: 1, perSecond: 1, _time);
        buckets.Take("a").ShouldBeNull();

        buckets.WaitOf("a").ShouldBe(TimeSpan.FromSeconds(1));
        buckets.WaitOf("b").ShouldBeNull();
        buckets.Take("b").ShouldBeNull();
    }

    [Fact]
    public void Waiting_while_held_back_is_not_prolonged_by_asking()
    {
        var buckets = new TokenBuckets(burst: 1, perSecond: 1, _time);
        buckets.Take("a");
        for (int i = 0; i < 100; i++)
        {
            buckets.Take("a").ShouldNotBeNull();
        }

        _time.Advance(TimeSpan.FromSeconds(1));
        buckets.Take("a").ShouldBeNull();
    }

    [Fact]
    public void Many_keys_cost_bounded_memory_and_a_new_one_is_held_back_all_the_same()
    {
        var buckets = new TokenBuckets(burst: 2, perSecond: 1, _time, mostKeys: 100);
        for (int i = 0; i < 10_000; i++)
        {
            buckets.Take($"made up {i}");
        }

        buckets.Take("guesser").ShouldBeNull();
        buckets.Take("guesser").ShouldBeNull();
        buckets.Take("guesser").ShouldNotBeNull();
        buckets.WaitOf("guesser").ShouldNotBeNull();
        buckets.Count.ShouldBe(100);
    }

    [Fact]
    public void Somebody_who_makes_up_keys_does_not_wash_away_who_is_held_back()
    {
        var buckets = new TokenBuckets(burst: 3, perSecond: 0.001, _time, mostKeys: 100);
        for (int i = 0; i < 4; i++)
        {
            buckets.Take("guesser");
        }

        for (int i = 0; i < 1_000; i++)
        {
            buckets.Take($"made up {i}");
        }

        buckets.WaitOf("guesser").ShouldNotBeNull();
    }

    [Fact]
    public void Calls_in_progress_are_counted_by_address()
    {
        var calls = new CallsInProgress();
        for (int i = 0; i < 1_500; i++)
        {
            calls.TryBegin("192.0.2.1").ShouldBeTrue();
        }

        calls.TryBegin("192.0.2.1").ShouldBeFalse();
        calls.TryBegin("192.0.2.2").ShouldBeTrue();
        calls.End("192.0.2.1");
        calls.TryBegin("192.0.2.1").ShouldBeTrue();
    }
}
