using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Onboarding.Client.Errors;

namespace Onboarding.Client.Channel;

/// <summary>
/// The times a plane names, looked at before they are used: a message may hold moments that no calendar has and waits that no timer
/// takes, and a plane that is wrong, or isn't ours, must not end the agent with them.
/// </summary>
internal static class PlaneTimes
{
    private const int NanosecondsPerSecond = 1_000_000_000;

    /// <summary>The longest wait that a plane is granted: a timer takes no more than some 49 days.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromDays(30);

    // 0001-01-01T00:00:00Z to 9999-12-31T23:59:59Z (google/protobuf/timestamp.proto).
    private static readonly long First = DateTimeOffset.MinValue.ToUnixTimeSeconds();
    private static readonly long Last = DateTimeOffset.MaxValue.ToUnixTimeSeconds();

    /// <summary>The moment; null if it is none.</summary>
    public static DateTimeOffset? TryRead(Timestamp value) =>
        value.Seconds >= First && value.Seconds <= Last && value.Nanos is >= 0 and < NanosecondsPerSecond ? value.ToDateTimeOffset() : null;

    /// <summary>The moment.</summary>
    /// <param name="value">What the plane answered.</param>
    /// <param name="name">The field's name.</param>
    /// <param name="address">The plane's.</param>
    /// <exception cref="OnboardingException"><see cref="ErrorIds.PlaneFailed"/>: it is none.</exception>
    public static DateTimeOffset Read(Timestamp value, string name, string address) => TryRead(value) ?? throw new OnboardingException(
        ErrorIds.PlaneFailed, $"The plane at {address} answered with a {name} that is no time ({Text(value)}).", NextSteps.PlaneLog);

    /// <summary>How long to wait, never below zero nor above <see cref="LongestWait"/>.</summary>
    public static TimeSpan Wait(Duration value) =>
        TimeSpan.FromSeconds(Math.Clamp(value.Seconds + ((double)value.Nanos / NanosecondsPerSecond), 0, LongestWait.TotalSeconds));

    /// <summary>What it holds, for people.</summary>
    public static string Text(Timestamp value) => string.Create(CultureInfo.InvariantCulture, $"{value.Seconds} s and {value.Nanos} ns since 1970");
}
