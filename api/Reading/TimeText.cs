using System.Globalization;

namespace Onboarding.Api.Reading;

/// <summary>Times as the Kubernetes API writes them: RFC 3339 in UTC.</summary>
public static class TimeText
{
    /// <summary>Reads an RFC 3339 time.</summary>
    /// <param name="text">E.g. <c>2026-01-31T12:00:00Z</c>; fractions and offsets are accepted.</param>
    /// <param name="time">The time.</param>
    public static bool TryParse(string? text, out DateTimeOffset time)
    {
        time = default;
        return text is { Length: >= 20 } && text[10] is 'T' or 't' && (text[^1] is 'Z' or 'z' || text[^6] is '+' or '-')
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out time);
    }

    /// <summary>The time with whole seconds, as <c>metav1.Time</c> has it.</summary>
    /// <param name="time">The time.</param>
    public static string Format(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
