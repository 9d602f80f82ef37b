using System.Globalization;
using System.Text.RegularExpressions;

namespace Onboarding.BootConfiguration.Yaml;

/// <summary>Which texts go-yaml v2 takes for a point in time.</summary>
internal static partial class YamlTimestamp
{
    public static bool Matches(string text)
    {
        if (text.Length < 8 || text[4] != '-')
        {
            return false;
        }

        Match match = Form().Match(text);
        return match.Success && IsDay(match) && IsWithin(match, "h", 23) && IsWithin(match, "m", 59) && IsWithin(match, "s", 59)
            && IsWithin(match, "zh", 24) && IsWithin(match, "zm", 59);
    }

    private static bool IsDay(Match match)
    {
        int year = Number(match.Groups["y"]);
        int month = Number(match.Groups["mo"]);
        int day = Number(match.Groups["d"]);

        // Year 0 exists for Go, and is a leap year like 4 is.
        return month is >= 1 and <= 12 && day >= 1 && day <= DateTime.DaysInMonth(year == 0 ? 4 : year, month);
    }

    private static bool IsWithin(Match match, string group, int maximum) =>
        !match.Groups[group].Success || Number(match.Groups[group]) <= maximum;

    private static int Number(Group group) => int.Parse(group.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture);

    [GeneratedRegex(
        @"^(?<y>[0-9]{4})-(?<mo>[0-9]{1,2})-(?<d>[0-9]{1,2})" +
        @"(?:[Tt](?<h>[0-9]{1,2}):(?<m>[0-9]{1,2}):(?<s>[0-9]{1,2})(?:[.,][0-9]+)?(?:Z|[+-](?<zh>[0-9]{2}):(?<zm>[0-9]{2}))" +
        @"| (?<h>[0-9]{1,2}):(?<m>[0-9]{1,2}):(?<s>[0-9]{1,2})(?:[.,][0-9]+)?)?\z",
        RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
