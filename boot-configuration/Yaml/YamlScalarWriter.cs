using System.Globalization;
using System.Text;

namespace Onboarding.BootConfiguration.Yaml;

/// <summary>Chooses a scalar's style and writes it.</summary>
internal static class YamlScalarWriter
{
    /// <summary>Texts fold at a space after this column.</summary>
    private const int Width = 80;

    private const int SimpleKeyBytes = 128;

    public static bool IsSimpleKey(string key) =>
        !key.EnumerateRunes().Any(r => YamlCharacters.IsBreak(r.Value)) && Encoding.UTF8.GetByteCount(key) <= SimpleKeyBytes;

    /// <param name="text">What to write.</param>
    /// <param name="output">The place where the scalar begins.</param>
    /// <param name="indent">Column of continuation lines.</param>
    /// <param name="simpleKey">It is a key, and so must stay on its line.</param>
    public static void Write(string text, YamlOutput output, int indent, bool simpleKey)
    {
        Rune[] runes = [.. text.EnumerateRunes()];
        switch (Style(text, runes, simpleKey))
        {
            case YamlStyle.Plain:
                Plain(runes, output, indent, !simpleKey);
                break;
            case YamlStyle.SingleQuoted:
                SingleQuoted(runes, output, indent, !simpleKey);
                break;
            case YamlStyle.DoubleQuoted:
                DoubleQuoted(runes, output, indent, !simpleKey);
                break;
            default:
                Literal(runes, output, indent);
                break;
        }
    }

    private static YamlStyle Style(string text, Rune[] runes, bool simpleKey)
    {
        YamlAnalysis analysis = YamlAnalysis.Analyze(runes);
        if (text.Contains('\n', StringComparison.Ordinal))
        {
            return analysis.LiteralAllowed && !simpleKey ? YamlStyle.Literal : YamlStyle.DoubleQuoted;
        }

        if (!YamlScalar.IsText(text))
        {
            return YamlStyle.DoubleQuoted;
        }

        if (analysis.PlainAllowed)
        {
            return YamlStyle.Plain;
        }

        return analysis.SingleQuotedAllowed ? YamlStyle.SingleQuoted : YamlStyle.DoubleQuoted;
    }

    private static void Plain(Rune[] text, YamlOutput output, int indent, bool mayBreak)
    {
        bool spaces = false;
        for (int i = 0; i < text.Length; i++)
        {
            bool space = text[i].Value == ' ';
            if (space && mayBreak && !spaces && output.Column > Width && text[i + 1].Value != ' ')
            {
                output.Indent(indent);
            }
            else
            {
                output.Write(text[i]);
            }

            spaces = space;
        }
    }

    private static void SingleQuoted(Rune[] text, YamlOutput output, int indent, bool mayBreak)
    {
        output.Write("'");
        bool spaces = false;
        bool breaks = false;
        for (int i = 0; i < text.Length; i++)
        {
            int rune = text[i].Value;
            if (rune == ' ')
            {
                if (mayBreak && !spaces && output.Column > Width && i > 0 && i < text.Length - 1 && text[i + 1].Value != ' ')
                {
                    output.Indent(indent);
                }
                else
                {
                    output.Write(text[i]);
                }

                spaces = true;
            }
            else if (YamlCharacters.IsBreak(rune))
            {
                output.Break(text[i]);
                breaks = true;
            }
            else
            {
                if (breaks)
                {
                    output.Indent(indent);
                }

                output.Write(rune == '\'' ? "''" : text[i].ToString());
                spaces = false;
                breaks = false;
            }
        }

        output.Write("'");
    }

    private static void DoubleQuoted(Rune[] text, YamlOutput output, int indent, bool mayBreak)
    {
        // Go's emitter looks for a byte order mark at the start of the text, whatever character it is at.
        bool marked = text is [{ Value: 0xFEFF }, ..];
        output.Write("\"");
        bool spaces = false;
        for (int i = 0; i < text.Length; i++)
        {
            int rune = text[i].Value;
            if (marked || !YamlCharacters.IsPrintable(rune) || YamlCharacters.IsBreak(rune) || rune is '"' or '\\')
            {
                output.Write(Escape(rune));
                spaces = false;
            }
            else if (rune == ' ' && mayBreak && !spaces && output.Column > Width && i > 0 && i < text.Length - 1)
            {
                output.Indent(indent);
                output.Write(text[i + 1].Value == ' ' ? "\\" : "");
                spaces = true;
            }
            else
            {
                output.Write(text[i]);
                spaces = rune == ' ';
            }
        }

        output.Write("\"");
    }

    private static void Literal(Rune[] text, YamlOutput output, int indent)
    {
        string hint = text[0].Value == ' ' || YamlCharacters.IsBreak(text[0].Value) ? "2" : "";
        string chomp = (YamlCharacters.IsBreak(text[^1].Value), text.Length > 1 && YamlCharacters.IsBreak(text[^2].Value)) switch
        {
            (false, _) => "-",
            (true, true) => "+",
            (true, false) => text.Length == 1 ? "+" : "",
        };
        output.Write("|" + hint + chomp);
        output.Break();
        bool breaks = true;
        foreach (Rune rune in text)
        {
            if (YamlCharacters.IsBreak(rune.Value))
            {
                output.Break(rune);
                breaks = true;
                continue;
            }

            if (breaks)
            {
                output.Indent(indent);
                breaks = false;
            }

            output.Write(rune);
        }
    }

    private static string Escape(int rune) => rune switch
    {
        0x00 => "\\0",
        0x07 => "\\a",
        0x08 => "\\b",
        0x09 => "\\t",
        0x0A => "\\n",
        0x0B => "\\v",
        0x0C => "\\f",
        0x0D => "\\r",
        0x1B => "\\e",
        0x22 => "\\\"",
        0x5C => "\\\\",
        0x85 => "\\N",
        0xA0 => "\\_",
        0x2028 => "\\L",
        0x2029 => "\\P",
        <= 0xFF => "\\x" + rune.ToString("X2", CultureInfo.InvariantCulture),
        <= 0xFFFF => "\\u" + rune.ToString("X4", CultureInfo.InvariantCulture),
        _ => "\\U" + rune.ToString("X8", CultureInfo.InvariantCulture),
    };
}

/// <summary>How a scalar is written.</summary>
internal enum YamlStyle
{
    Plain,
    SingleQuoted,
    DoubleQuoted,
    Literal,
}
