using System.Globalization;

namespace Onboarding.BootConfiguration.Text;

/// <summary>Durations in nanoseconds: read as Go writes them in programs (<c>1h30m</c>), written as protobuf writes them in JSON (<c>5400s</c>).</summary>
internal static class GoDuration
{
    private const ulong Limit = 1UL << 63;

    private static readonly (string Name, ulong Nanoseconds)[] Units =
    [
        ("ns", 1), ("us", 1_000), ("µs", 1_000), ("μs", 1_000), ("ms", 1_000_000),
        ("s", 1_000_000_000), ("m", 60_000_000_000), ("h", 3_600_000_000_000),
    ];

    /// <exception cref="BootConfigurationException">The text is no duration.</exception>
    public static long Parse(string text)
    {
        string rest = text;
        bool negative = rest is ['-', ..];
        if (rest is ['-' or '+', ..])
        {
            rest = rest[1..];
        }

        if (rest == "0")
        {
            return 0;
        }

        if (rest.Length == 0)
        {
            throw Invalid(text);
        }

        ulong total = 0;
        while (rest.Length > 0)
        {
            total += Component(text, ref rest);
            if (total > Limit)
            {
                throw Invalid(text);
            }
        }

        return (negative, total) switch
        {
            (true, Limit) => long.MinValue,
            (true, _) => -(long)total,
            (false, Limit) => throw Invalid(text),
            _ => (long)total,
        };
    }

    /// <summary>Seconds with 0, 3, 6 or 9 decimals.</summary>
    public static string Format(long nanoseconds)
    {
        Int128 magnitude = Int128.Abs(nanoseconds);
        string fraction = ((long)(magnitude % 1_000_000_000)).ToString("D9", CultureInfo.InvariantCulture);
        while (fraction.EndsWith("000", StringComparison.Ordinal))
        {
            fraction = fraction[..^3];
        }

        string seconds = ((long)(magnitude / 1_000_000_000)).ToString(CultureInfo.InvariantCulture);
        return $"{(nanoseconds < 0 ? "-" : "")}{seconds}{(fraction.Length == 0 ? "" : ".")}{fraction}s";
    }

    private static ulong Component(string text, ref string rest)
    {
        int whole = Digits(rest, 0);
        int end = whole;
        bool dot = end < rest.Length && rest[end] == '.';
        int fraction = 0;
        if (dot)
        {
            fraction = Digits(rest, end + 1);
            end += 1 + fraction;
        }

        if (whole + fraction == 0)
        {
            throw Invalid(text);
        }

        int unitEnd = end;
        while (unitEnd < rest.Length && rest[unitEnd] != '.' && !char.IsAsciiDigit(rest[unitEnd]))
        {
            unitEnd++;
        }

        string name = rest[end..unitEnd];
        if (name.Length == 0)
        {
            throw new BootConfigurationException($"bad Duration: time: missing unit in duration {GoJsonText.Quote(text)}");
        }

        ulong unit = Units.FirstOrDefault(u => u.Name == name).Nanoseconds;
        if (unit == 0)
        {
            throw new BootConfigurationException(
                $"bad Duration: time: unknown unit {GoJsonText.Quote(name)} in duration {GoJsonText.Quote(text)}");
        }

        decimal scaled = 0;
        if (whole > 0 && (whole > 19 || !decimal.TryParse(rest[..whole], NumberStyles.None, CultureInfo.InvariantCulture, out scaled)
            || (scaled *= unit) > Limit))
        {
            throw Invalid(text);
        }

        ulong value = (ulong)scaled;
        if (fraction > 0)
        {
            // Go keeps as many digits as fit 63 bits and drops the rest; 18 digits always fit and go below a nanosecond of an hour.
            string digits = rest.Substring(end - fraction, Math.Min(fraction, 18));
            value += (ulong)(ulong.Parse(digits, CultureInfo.InvariantCulture) * (unit / Math.Pow(10, digits.Length)));
        }

        rest = rest[unitEnd..];
        return value;
    }

    private static int Digits(string text, int from)
    {
        int at = from;
        while (at < text.Length && char.IsAsciiDigit(text[at]))
        {
            at++;
        }

        return at - from;
    }

    private static BootConfigurationException Invalid(string text) =>
        new($"bad Duration: time: invalid duration {GoJsonText.Quote(text)}");
}
