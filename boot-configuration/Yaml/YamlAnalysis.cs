using System.Text;

namespace Onboarding.BootConfiguration.Yaml;

/// <summary>Which styles the characters of a text allow in block context (go-yaml v2's rules; an empty text allows a plain one).</summary>
internal readonly record struct YamlAnalysis(bool Multiline, bool PlainAllowed, bool SingleQuotedAllowed, bool LiteralAllowed)
{
    public static YamlAnalysis Analyze(Rune[] text)
    {
        if (text.Length == 0)
        {
            return new YamlAnalysis(false, true, true, false);
        }

        bool indicators = HasMarker(text), special = false, breaks = false, breakThenSpace = false, spaceThenBreak = false;
        bool precededByBlank = true, previousSpace = false, previousBreak = false;
        for (int i = 0; i < text.Length; i++)
        {
            int rune = text[i].Value;
            bool followedByBlank = i + 1 >= text.Length || text[i + 1].Value is ' ' or '\t';
            indicators |= IsIndicator(rune, i == 0, precededByBlank, followedByBlank);
            special |= !YamlCharacters.IsPrintable(rune);
            bool space = rune == ' ';
            bool lineBreak = YamlCharacters.IsBreak(rune);
            breakThenSpace |= space && previousBreak;
            spaceThenBreak |= lineBreak && previousSpace;
            breaks |= lineBreak;
            previousSpace = space;
            previousBreak = lineBreak;
            precededByBlank = YamlCharacters.IsBlankOrBreak(rune) || rune == 0;
        }

        bool edgeSpace = text[0].Value == ' ' || text[^1].Value == ' ';
        bool unquotable = spaceThenBreak || special;
        return new YamlAnalysis(
            Multiline: breaks,
            PlainAllowed: !edgeSpace && !breaks && !breakThenSpace && !unquotable && !indicators,
            SingleQuotedAllowed: !breakThenSpace && !unquotable,
            LiteralAllowed: text[^1].Value != ' ' && !unquotable);
    }

    private static bool HasMarker(Rune[] text) =>
        text.Length >= 3 && text[0].Value is '-' or '.' && text[1] == text[0] && text[2] == text[0];

    private static bool IsIndicator(int rune, bool first, bool precededByBlank, bool followedByBlank) => (rune, first) switch
    {
        (',' or '[' or ']' or '{' or '}' or '&' or '*' or '!' or '|' or '>' or '\'' or '"' or '%' or '@' or '`', true) => true,
        ('#', true) => true,
        ('?' or '-', true) => followedByBlank,
        (':', _) => followedByBlank,
        ('#', false) => precededByBlank,
        _ => false,
    };
}

/// <summary>Classes of characters as go-yaml v2's emitter sees them.</summary>
internal static class YamlCharacters
{
    /// <summary>Everything above the basic plane counts as unprintable there, and so gets escaped.</summary>
    public static bool IsPrintable(int rune) =>
        rune is '\n' or (>= 0x20 and <= 0x7E) or (>= 0xA0 and <= 0xD7FF) or (>= 0xE000 and <= 0xFFFD and not 0xFEFF);

    public static bool IsBreak(int rune) => rune is '\r' or '\n' or 0x85 or 0x2028 or 0x2029;

    public static bool IsBlankOrBreak(int rune) => rune is ' ' or '\t' || IsBreak(rune);
}
