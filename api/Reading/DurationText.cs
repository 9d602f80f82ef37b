using System.Globalization;

namespace Onboarding.Api.Reading;

/// <summary>
/// Durations as text: proto JSON (<c>30s</c>, <c>1.5s</c>) and Go (<c>1h30m</c>, <c>100ms</c>), which users of Kubernetes write.
/// </summary>
public static class DurationText
{
    // 10,000 years are what protobuf allows; TimeSpan holds about 29,000.
    private const decimal LongestSeconds = 315_576_000_000m;

    /// <summary>Reads a duration.</summary>
    /// <param name="text">The text; a sign is allowed, spaces aren't.</param>
    /// <param name="duration">The duration, cut to 100 ns.</param>
    /// <returns>False if the text isn't a duration.</returns>
    public static bool TryParse(string text, out TimeSpan duration)
    {
        ArgumentNullException.ThrowIfNull(text);
        duration = default;
        bool negative = text.StartsWith('-');
        int at = negative || text.StartsWith('+') ? 1 : 0;
        if (text.AsSpan(at) is "0")
        {
            return true;
        }

        if (at == text.Length || text.Length > 64)
        {
            return false;
        }

        decimal seconds = 0;
        while (at < text.Length)
        {
            int start = at;
            while (at < text.Length && (char.IsAsciiDigit(text[at]) || text[at] == '.'))
            {
                at++;
            }

            if (!decimal.TryParse(text.AsSpan(start, at - start), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal number)
                || number > LongestSeconds * 1_000_000_000m
                || !TryReadUnit(text, ref at, out decimal unit))
            {
                return false;
            }

            seconds += number * unit;
            if (seconds > LongestSeconds)
            {
                return false;
            }
        }

        duration = TimeSpan.FromTicks((long)(seconds * TimeSpan.TicksPerSecond) * (negative ? -1 : 1));
        return true;
    }

    /// <summary>The duration as proto JSON writes it: seconds with as many decimals as needed, e.g. <c>30s</c>, <c>0.1s</c>.</summary>
    /// <param name="duration">The duration.</param>
    public static string Format(TimeSpan duration) =>
        ((decimal)duration.Ticks / TimeSpan.TicksPerSecond).ToString("0.#######", CultureInfo.InvariantCulture) + "s";

    private static bool TryReadUnit(string text, ref int at, out decimal unit)
    {
        int start = at;
        while (at < text.Length && !char.IsAsciiDigit(text[at]) && text[at] != '.')
        {
            at++;
        }

        unit = text.AsSpan(start, at - start) switch
        {
            "h" => 3600m,
            "m" => 60m,
            "s" => 1m,
            "ms" => 0.001m,
            "us" or "µs" or "μs" => 0.000_001m,
            "ns" => 0.000_000_001m,
            _ => 0m,
        };
        return unit != 0m;
    }
}
