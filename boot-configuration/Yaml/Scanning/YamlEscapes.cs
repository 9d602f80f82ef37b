using System.Globalization;
using System.Text;

namespace Onboarding.BootConfiguration.Yaml.Scanning;

/// <summary>What a backslash means in double quotes. No <c>\/</c>, and no pairs of surrogates: go-yaml v2 refuses them.</summary>
internal static class YamlEscapes
{
    /// <summary>Takes the escape that starts here.</summary>
    /// <exception cref="BootConfigurationException">There is no such escape.</exception>
    public static void Read(YamlCursor cursor, StringBuilder into)
    {
        char letter = cursor.At(1);
        int digits = letter switch { 'x' => 2, 'u' => 4, 'U' => 8, _ => 0 };
        if (digits > 0)
        {
            cursor.Skip(2);
            into.Append(Code(cursor, digits).ToString());
            return;
        }

        into.Append(letter switch
        {
            '0' => '\0',
            'a' => '\a',
            'b' => '\b',
            't' or '\t' => '\t',
            'n' => '\n',
            'v' => '\v',
            'f' => '\f',
            'r' => '\r',
            'e' => '\e',
            ' ' or '"' or '\'' or '\\' => letter,
            'N' => '\u0085',
            '_' => '\u00A0',
            'L' => '\u2028',
            'P' => '\u2029',
            _ => throw YamlScanner.Wrong(cursor, "found unknown escape character"),
        });
        cursor.Skip(2);
    }

    private static Rune Code(YamlCursor cursor, int digits)
    {
        var hex = new StringBuilder();
        for (int i = 0; i < digits; i++)
        {
            hex.Append(char.IsAsciiHexDigit(cursor.At(i)) ? cursor.At(i) : throw YamlScanner.Wrong(cursor, "did not find expected hexdecimal number"));
        }

        if (!Rune.TryCreate(uint.Parse(hex.ToString(), NumberStyles.HexNumber, CultureInfo.InvariantCulture), out Rune rune))
        {
            throw YamlScanner.Wrong(cursor, "found invalid Unicode character escape code");
        }

        cursor.Skip(digits);
        return rune;
    }
}
