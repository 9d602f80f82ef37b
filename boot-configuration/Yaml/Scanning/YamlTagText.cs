using System.Globalization;
using System.Text;

namespace Onboarding.BootConfiguration.Yaml.Scanning;

/// <summary>Reads tags and directives.</summary>
internal static class YamlTagText
{
    /// <exception cref="BootConfigurationException">It isn't a tag.</exception>
    public static YamlToken Tag(YamlCursor cursor)
    {
        int line = cursor.Line;
        string handle = "";
        string suffix;
        if (cursor.At(1) == '<')
        {
            cursor.Skip(2);
            suffix = Uri(cursor, "");
            if (cursor.Here != '>')
            {
                throw YamlScanner.Wrong(cursor, "did not find the expected '>'");
            }

            cursor.Skip();
        }
        else
        {
            handle = Handle(cursor, isDirective: false);
            if (handle is ['!', .., '!'])
            {
                suffix = Uri(cursor, "");
            }
            else
            {
                suffix = Uri(cursor, handle);
                (handle, suffix) = suffix.Length == 0 ? ("", "!") : ("!", suffix);
            }
        }

        return cursor.IsBlankOrEnd
            ? new YamlToken(YamlTokenKind.Tag, line, handle, suffix)
            : throw YamlScanner.Wrong(cursor, "did not find expected whitespace or line break");
    }

    /// <exception cref="BootConfigurationException">It is an unknown or a malformed directive.</exception>
    public static YamlToken Directive(YamlCursor cursor)
    {
        int line = cursor.Line;
        cursor.Skip();
        string name = Word(cursor);
        if (name.Length == 0)
        {
            throw YamlScanner.Wrong(cursor, "could not find expected directive name");
        }

        if (!cursor.IsBlankOrEnd)
        {
            throw YamlScanner.Wrong(cursor, "found unexpected non-alphabetical character");
        }

        YamlToken token = name switch
        {
            "YAML" => Version(cursor, line),
            "TAG" => Prefix(cursor, line),
            _ => throw YamlScanner.Wrong(cursor, "found unknown directive name"),
        };
        cursor.SkipBlanks();
        cursor.SkipComment();
        if (!cursor.IsBreakOrEnd)
        {
            throw YamlScanner.Wrong(cursor, "did not find expected comment or line break");
        }

        if (cursor.IsBreak)
        {
            cursor.SkipLine();
        }

        return token;
    }

    private static YamlToken Version(YamlCursor cursor, int line)
    {
        cursor.SkipBlanks();
        string major = Number(cursor);
        if (cursor.Here != '.')
        {
            throw YamlScanner.Wrong(cursor, "did not find expected digit or '.' character");
        }

        cursor.Skip();
        return new YamlToken(YamlTokenKind.VersionDirective, line, major, Number(cursor));
    }

    private static YamlToken Prefix(YamlCursor cursor, int line)
    {
        cursor.SkipBlanks();
        string handle = Handle(cursor, isDirective: true);
        if (!cursor.IsBlank)
        {
            throw YamlScanner.Wrong(cursor, "did not find expected whitespace");
        }

        cursor.SkipBlanks();
        string prefix = Uri(cursor, "");
        return cursor.IsBlankOrEnd
            ? new YamlToken(YamlTokenKind.TagDirective, line, handle, prefix)
            : throw YamlScanner.Wrong(cursor, "did not find expected whitespace or line break");
    }

    private static string Number(YamlCursor cursor)
    {
        var digits = new StringBuilder();
        while (char.IsAsciiDigit(cursor.Here))
        {
            cursor.Read(digits);
        }

        return digits.Length is 1 or 2
            ? int.Parse(digits.ToString(), CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture)
            : throw YamlScanner.Wrong(cursor, "did not find expected version number");
    }

    private static string Word(YamlCursor cursor)
    {
        var word = new StringBuilder();
        while (cursor.IsWordCharacter)
        {
            cursor.Read(word);
        }

        return word.ToString();
    }

    private static string Handle(YamlCursor cursor, bool isDirective)
    {
        if (cursor.Here != '!')
        {
            throw YamlScanner.Wrong(cursor, "did not find expected '!'");
        }

        cursor.Skip();
        string handle = "!" + Word(cursor);
        if (cursor.Here == '!')
        {
            cursor.Skip();
            return handle + "!";
        }

        return !isDirective || handle == "!" ? handle : throw YamlScanner.Wrong(cursor, "did not find expected '!'");
    }

    private static string Uri(YamlCursor cursor, string head)
    {
        var uri = new StringBuilder(head.Length > 1 ? head[1..] : "");
        bool isAny = head.Length > 0;
        while (cursor.IsWordCharacter || cursor.Here is ';' or '/' or '?' or ':' or '@' or '&' or '=' or '+' or '$' or ',' or '.' or '!'
            or '~' or '*' or '\'' or '(' or ')' or '[' or ']' or '%')
        {
            isAny = true;
            if (cursor.Here == '%')
            {
                Escapes(cursor, uri);
            }
            else
            {
                cursor.Read(uri);
            }
        }

        return isAny ? uri.ToString() : throw YamlScanner.Wrong(cursor, "did not find expected tag URI");
    }

    private static void Escapes(YamlCursor cursor, StringBuilder into)
    {
        var octets = new List<byte>();
        while (cursor.Here == '%')
        {
            if (!char.IsAsciiHexDigit(cursor.At(1)) || !char.IsAsciiHexDigit(cursor.At(2)))
            {
                throw YamlScanner.Wrong(cursor, "did not find URI escaped octet");
            }

            octets.Add(Convert.FromHexString($"{cursor.At(1)}{cursor.At(2)}")[0]);
            cursor.Skip(3);
        }

        into.Append(Encoding.UTF8.GetString([.. octets]));
    }
}
