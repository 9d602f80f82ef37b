using Onboarding.Client.Control;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.Control;

public sealed class StatusWordsTests
{
    [Theory]
    [InlineData(-5, "0s")]
    [InlineData(0.4, "0s")]
    [InlineData(99.9, "99s")]
    [InlineData(100, "1m")]
    [InlineData(5999, "99m")]
    [InlineData(6000, "1h")]
    [InlineData((48 * 3600) - 1, "47h")]
    [InlineData(48 * 3600, "2d")]
    [InlineData((100 * 86400) - 1, "99d")]
    [InlineData(100 * 86400, "14w")]
    [InlineData((700 * 86400) - 1, "99w")]
    [InlineData(700 * 86400, "1y")]
    [InlineData(99.0 * 366 * 86400, "99y")]
    public void An_age_fits_three_characters(double seconds, string age) =>
        StatusWords.Age(TimeSpan.FromSeconds(seconds)).ShouldBe(age);

    [Theory]
    [InlineData(-5, "0 ms")]
    [InlineData(0.083, "83 ms")]
    [InlineData(119, "119 s")]
    [InlineData(120, "2 min")]
    [InlineData((24 * 3600) - 1, "23h 59m")]
    [InlineData(5 * 86400, "5 d")]
    public void A_span_is_said_in_at_most_two_units(double seconds, string span) =>
        StatusWords.Span(TimeSpan.FromSeconds(seconds)).ShouldBe(span);
}
