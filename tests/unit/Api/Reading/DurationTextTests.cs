using Onboarding.Api.Reading;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.Api.Reading;

public class DurationTextTests
{
    [Theory]
    [InlineData("30s", 30_000)]
    [InlineData("1.5s", 1_500)]
    [InlineData("1h30m", 5_400_000)]
    [InlineData("100ms", 100)]
    [InlineData("0", 0)]
    [InlineData("0s", 0)]
    [InlineData("-2s", -2_000)]
    [InlineData("+2s", 2_000)]
    [InlineData(".5s", 500)]
    [InlineData("1m1s1ms", 61_001)]
    [InlineData("3600s", 3_600_000)]
    public void Durations_are_read(string text, double milliseconds)
    {
        DurationText.TryParse(text, out TimeSpan duration).ShouldBeTrue();
        duration.TotalMilliseconds.ShouldBe(milliseconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("30")]
    [InlineData("s")]
    [InlineData("30 s")]
    [InlineData(" 30s")]
    [InlineData("30S")]
    [InlineData("1d")]
    [InlineData("1.2.3s")]
    [InlineData("--1s")]
    [InlineData("-")]
    [InlineData(".s")]
    [InlineData("1e3s")]
    [InlineData("99999999999999999999h")]
    [InlineData("315576000001s")]
    [InlineData("79228162514264337593543950335h")]
    [InlineData("999999999999999999999999999999999999999999s")]
    public void Anything_else_is_refused(string text) => DurationText.TryParse(text, out _).ShouldBeFalse();

    [Theory]
    [InlineData("30s", "30s")]
    [InlineData("1h30m", "5400s")]
    [InlineData("100ms", "0.1s")]
    [InlineData("-1.5s", "-1.5s")]
    [InlineData("1us", "0.000001s")]
    public void Durations_are_written_as_proto_json_has_them(string text, string written)
    {
        DurationText.TryParse(text, out TimeSpan duration).ShouldBeTrue();
        DurationText.Format(duration).ShouldBe(written);
    }
}
