using System.Globalization;

namespace Grpc.Net.Wire;

/// <summary>The value of <c>grpc-timeout</c>: at most 8 digits and a unit.</summary>
internal static class TimeoutHeader
{
    private const long MaxDigits = 99_999_999;

    /// <summary>Longest timeout that is kept; more than anyone waits for, and safe to add to a date.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromDays(3650);

    public static string Format(TimeSpan timeout)
    {
        long ticks = Math.Max(timeout.Ticks, 1);
        foreach ((string unit, long ticksPerUnit) in new[]
                 {
                     ("u", TimeSpan.TicksPerMicrosecond),
                     ("m", TimeSpan.TicksPerMillisecond),
                     ("S", TimeSpan.TicksPerSecond),
                     ("M", TimeSpan.TicksPerMinute),
                 })
        {
            // Rounded up: a server that gave up before the client does would be reported as a broken call.
            long count = (ticks / ticksPerUnit) + (ticks % ticksPerUnit == 0 ? 0 : 1);
            if (count <= MaxDigits)
            {
                return count.ToString(CultureInfo.InvariantCulture) + unit;
            }
        }

        return Math.Min(ticks / TimeSpan.TicksPerHour, MaxDigits).ToString(CultureInfo.InvariantCulture) + "H";
    }

    public static bool TryParse(string value, out TimeSpan timeout)
    {
        timeout = default;
        if (value.Length is < 2 or > 9
            || !long.TryParse(value.AsSpan(0, value.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out long count))
        {
            return false;
        }

        double ticks = value[^1] switch
        {
            'n' => count / 100.0,
            'u' => count * (double)TimeSpan.TicksPerMicrosecond,
            'm' => count * (double)TimeSpan.TicksPerMillisecond,
            'S' => count * (double)TimeSpan.TicksPerSecond,
            'M' => count * (double)TimeSpan.TicksPerMinute,
            'H' => count * (double)TimeSpan.TicksPerHour,
            _ => -1,
        };
        timeout = ticks >= Longest.Ticks ? Longest : TimeSpan.FromTicks((long)ticks);
        return ticks >= 0;
    }
}
