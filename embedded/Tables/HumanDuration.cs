using System.Globalization;

namespace Onboarding.Embedded.Tables;

/// <summary>Durations as Kubernetes prints ages: about two significant units, e.g. <c>3m5s</c>, <c>26h</c>, <c>14d</c>.</summary>
internal static class HumanDuration
{
    public static string Format(TimeSpan value)
    {
        long seconds = (long)value.TotalSeconds;
        return seconds switch
        {
            < -1 => "<invalid>",
            < 0 => "0s",
            < 2 * 60 => Text(seconds, 's'),
            < 10 * 60 => Pair(seconds / 60, 'm', seconds % 60, 's'),
            < 3 * 3600 => Text(seconds / 60, 'm'),
            < 8 * 3600 => Pair(seconds / 3600, 'h', seconds / 60 % 60, 'm'),
            < 2 * 86400 => Text(seconds / 3600, 'h'),
            < 8 * 86400 => Pair(seconds / 86400, 'd', seconds / 3600 % 24, 'h'),
            < 2L * 365 * 86400 => Text(seconds / 86400, 'd'),
            < 8L * 365 * 86400 => Pair(seconds / 86400 / 365, 'y', seconds / 86400 % 365, 'd'),
            _ => Text(seconds / 86400 / 365, 'y'),
        };
    }

    private static string Pair(long large, char largeUnit, long small, char smallUnit) =>
        small == 0 ? Text(large, largeUnit) : Text(large, largeUnit) + Text(small, smallUnit);

    private static string Text(long value, char unit) => value.ToString(CultureInfo.InvariantCulture) + unit;
}
