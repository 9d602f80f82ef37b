using Onboarding.Client.Timing;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.ClientTests;

public class BackoffTests
{
    [Fact]
    public void The_ceiling_doubles_from_half_a_second_to_four()
    {
        var backoff = new Backoff(new FakeTimeProvider(), () => 1);
        Enumerable.Range(0, 6).Select(_ => backoff.Next().TotalSeconds).ShouldBe([0.5, 1, 2, 4, 4, 4]);
    }

    [Fact]
    public void Every_wait_between_nothing_and_the_ceiling_is_possible()
    {
        new Backoff(new FakeTimeProvider(), () => 0).Next().ShouldBe(TimeSpan.Zero);
        new Backoff(new FakeTimeProvider(), () => 0.5).Next().ShouldBe(TimeSpan.FromSeconds(0.25));
    }

    [Fact]
    public void After_two_minutes_of_trouble_the_ceiling_goes_to_thirty_seconds()
    {
        var time = new FakeTimeProvider();
        var backoff = new Backoff(time, () => 1);
        for (int i = 0; i < 6; i++)
        {
            backoff.Next();
        }

        time.Advance(TimeSpan.FromMinutes(2) - TimeSpan.FromTicks(1));
        backoff.Next().ShouldBe(TimeSpan.FromSeconds(4));
        time.Advance(TimeSpan.FromTicks(1));
        backoff.Next().ShouldBe(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public void A_success_starts_it_anew()
    {
        var time = new FakeTimeProvider();
        var backoff = new Backoff(time, () => 1);
        backoff.Next();
        time.Advance(TimeSpan.FromHours(1));
        backoff.Next().ShouldBe(TimeSpan.FromSeconds(1));
        backoff.Reset();
        backoff.Attempts.ShouldBe(0);
        backoff.Next().ShouldBe(TimeSpan.FromSeconds(0.5));
    }

    [Fact]
    public void Years_of_trouble_do_not_overflow()
    {
        var backoff = new Backoff(new FakeTimeProvider(), () => 1);
        for (int i = 0; i < 5000; i++)
        {
            backoff.Next().ShouldBeLessThanOrEqualTo(TimeSpan.FromSeconds(30));
        }
    }
}
