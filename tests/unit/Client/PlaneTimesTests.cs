using Google.Protobuf.WellKnownTypes;
using Onboarding.Client.Channel;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.ClientTests;

public sealed class PlaneTimesTests
{
    [Theory]
    [InlineData(-62_135_596_800, 0, true)]
    [InlineData(-62_135_596_801, 999_999_999, false)]
    [InlineData(253_402_300_799, 999_999_999, true)]
    [InlineData(253_402_300_800, 0, false)]
    [InlineData(1, 1_000_000_000, false)]
    [InlineData(1, -1, false)]
    public void A_moment_is_one_of_the_calendar(long seconds, int nanoseconds, bool expected) =>
        PlaneTimes.TryRead(new Timestamp { Seconds = seconds, Nanos = nanoseconds }).HasValue.ShouldBe(expected);

    [Theory]
    [InlineData(10, 500_000_000, 10.5)]
    [InlineData(-1, 0, 0)]
    [InlineData(long.MinValue, int.MinValue, 0)]
    [InlineData(long.MaxValue, int.MaxValue, 30 * 24 * 3600)]
    public void A_wait_is_one_that_a_timer_takes(long seconds, int nanoseconds, double expected) =>
        PlaneTimes.Wait(new Duration { Seconds = seconds, Nanos = nanoseconds }).TotalSeconds.ShouldBe(expected);
}
