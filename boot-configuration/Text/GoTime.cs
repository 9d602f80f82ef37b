using System.Globalization;
using System.Text.RegularExpressions;

namespace Onboarding.BootConfiguration.Text;

/// <summary>Points in time as Go's layout RFC 3339 takes them.</summary>
internal static partial class GoTime
{
    /// <exception cref="BootConfigurationException">The text is none.</exception>
    public static void Check(string text)
    {
        if (!Rfc3339().IsMatch(text)
            || !DateTime.TryParseExact(text[..19], "yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture, DateTimeStyles.None, out _))
        {
            throw new BootConfigurationException($"parsing time {GoJsonText.Quote(text)}: it isn't like 2006-01-02T15:04:05Z");
        }
    }

    [GeneratedRegex(@"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}([.,][0-9]+)?(Z|[+-]([01][0-9]|2[0-4]):[0-5][0-9])\z", RegexOptions.CultureInvariant)]
    private static partial Regex Rfc3339();
}
