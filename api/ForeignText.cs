using System.Globalization;

namespace Onboarding.Api;

/// <summary>
/// Text that others wrote and that people will read. Attack: an escape sequence in a machine's health message moves the cursor, hides a
/// line or rewrites a title in the terminal of anyone who looks at it; a carriage return overwrites what was said before; a bidirectional
/// override turns a name around. It is cleaned where it comes in, once.
/// </summary>
public static class ForeignText
{
    /// <summary>What is in the place of a character that isn't one.</summary>
    public const char Replacement = '\uFFFD';

    /// <summary>The text on one line, without characters that a terminal takes for instructions.</summary>
    /// <param name="text">The text.</param>
    public static string Clean(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        int first = 0;
        while (first < text.Length && Clean(text[first], NextOf(text, first), PreviousOf(text, first)) == text[first])
        {
            first++;
        }

        return first == text.Length ? text : string.Create(text.Length, text, static (clean, from) =>
        {
            for (int i = 0; i < clean.Length; i++)
            {
                clean[i] = Clean(from[i], NextOf(from, i), PreviousOf(from, i));
            }
        });
    }

    /// <summary>Cleans a text that may be missing.</summary>
    /// <param name="text">The text; null stays null.</param>
    public static string? CleanIfAny(string? text) => text is null ? null : Clean(text);

    /// <summary>Cleans a text of several lines, as our own messages are that contain others' text; it stays of several lines.</summary>
    /// <param name="text">The text.</param>
    public static string CleanLines(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Contains('\n', StringComparison.Ordinal) ? string.Join('\n', text.Split('\n').Select(Clean)) : Clean(text);
    }

    /// <summary>Cleans a text of several lines that may be missing.</summary>
    /// <param name="text">The text; null stays null.</param>
    public static string? CleanLinesIfAny(string? text) => text is null ? null : CleanLines(text);

    /// <summary>Cleans keys and values.</summary>
    /// <param name="texts">Labels or annotations.</param>
    public static IReadOnlyDictionary<string, string> Clean(IReadOnlyDictionary<string, string> texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        var clean = new Dictionary<string, string>(texts.Count, StringComparer.Ordinal);
        foreach ((string key, string value) in texts)
        {
            clean[Clean(key)] = Clean(value);
        }

        return clean;
    }

    /// <summary>True for a character that a terminal may take for an instruction: controls, bidirectional and other invisible format characters.</summary>
    /// <param name="c">The character.</param>
    public static bool IsInstruction(char c) => c >= '\u007f' || c < ' '
        ? char.GetUnicodeCategory(c) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        : false;

    private static char Clean(char c, char next, char previous) =>
        c is '\t' or '\n' or '\r' or '\u2028' or '\u2029' ? ' '
        : IsInstruction(c) ? Replacement
        : (char.IsHighSurrogate(c) && !char.IsLowSurrogate(next)) || (char.IsLowSurrogate(c) && !char.IsHighSurrogate(previous)) ? Replacement
        : IsHiddenPair(c, next) || IsHiddenPair(previous, c) ? Replacement
        : c;

    /// <summary>True for tags and others beyond the first plane: text that is there and isn't seen.</summary>
    /// <param name="high">The first half.</param>
    /// <param name="low">The second half.</param>
    public static bool IsHiddenPair(char high, char low) =>
        char.IsSurrogatePair(high, low) && CharUnicodeInfo.GetUnicodeCategory(char.ConvertToUtf32(high, low)) == UnicodeCategory.Format;

    private static char NextOf(string text, int i) => i + 1 < text.Length ? text[i + 1] : '\0';

    private static char PreviousOf(string text, int i) => i > 0 ? text[i - 1] : '\0';
}
