using System.Globalization;
using System.Text;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Identity;

/// <summary>
/// Makes part of an object's name of any printable ASCII text, so that different texts give different parts: lower-case
/// letters, digits and dashes with a letter or digit at both ends stay; anything else becomes a dash and the text with every
/// byte but <c>[a-z0-9]</c> written as a dash and two lower-case hex digits. As the first kind never starts with a dash, they
/// can't meet.
/// </summary>
internal static class NamePart
{
    private const int LongestRaw = int.MaxValue;

    /// <summary>The part; null if the text is empty or has anything but printable ASCII.</summary>
    public static string? FromText(string text)
    {
        if (Checks.Ascii(text) is not null)
        {
            return null;
        }

        return Checks.IsDnsLabel(text, LongestRaw) ? text : Escape(text);
    }

    /// <summary>
    /// Several texts as one part; null if one is empty or has anything but printable ASCII. They are joined by two dashes, which
    /// a DNS-safe text without two dashes in a row can't hold; if any is something else, all are escaped, and the part starts
    /// with a dash: an escaped text holds no two dashes in a row that don't start or end it as an escape of its own.
    /// </summary>
    public static string? Join(params IReadOnlyList<string> texts)
    {
        if (texts.Any(text => Checks.Ascii(text) is not null))
        {
            return null;
        }

        return texts.All(text => Checks.IsDnsLabel(text, LongestRaw) && !text.Contains("--", StringComparison.Ordinal))
            ? string.Join("--", texts)
            : "-" + string.Join("--", texts.Select(text => Escape(text)[1..]));
    }

    private static string Escape(string text)
    {
        StringBuilder escaped = new("-", text.Length * 3);
        foreach (char c in text)
        {
            if (char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c))
            {
                escaped.Append(c);
            }
            else
            {
                escaped.Append(CultureInfo.InvariantCulture, $"-{(int)c:x2}");
            }
        }

        return escaped.ToString();
    }
}
