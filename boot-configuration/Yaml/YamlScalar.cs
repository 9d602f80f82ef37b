using System.Globalization;
using System.Numerics;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Onboarding.BootConfiguration.Yaml;

/// <summary>What a plain YAML 1.1 scalar means, with exactly the exceptions go-yaml v2 makes (no base 60, no dates, Go's integers).</summary>
internal static partial class YamlScalar
{
    /// <summary>The scalar's kind and, except for null, its value.</summary>
    public static (YamlScalarKind Kind, JsonNode? Value) Resolve(string text)
    {
        if (text is "" or "~" or "null" or "Null" or "NULL")
        {
            return (YamlScalarKind.Null, null);
        }

        (YamlScalarKind, JsonNode?)? found = text[0] switch
        {
            'y' or 'Y' or 'n' or 'N' or 't' or 'T' or 'f' or 'F' or 'o' or 'O' => Boolean(text),
            '.' => Special(text) ?? LeadingPoint(text),
            '+' or '-' or (>= '0' and <= '9') => Special(text) ?? Number(text),
            _ => null,
        };
        return found ?? (YamlScalarKind.Text, JsonValue.Create(text));
    }

    /// <summary>Whether a text means itself when it is written without quotes (it may still hold characters that don't allow that).</summary>
    public static bool IsText(string text) =>
        Resolve(text).Kind == YamlScalarKind.Text && !YamlTimestamp.Matches(text) && !Base60().IsMatch(text);

    private static (YamlScalarKind, JsonNode?)? Boolean(string text) => text switch
    {
        "y" or "Y" or "yes" or "Yes" or "YES" or "true" or "True" or "TRUE" or "on" or "On" or "ON" =>
            (YamlScalarKind.Boolean, JsonValue.Create(true)),
        "n" or "N" or "no" or "No" or "NO" or "false" or "False" or "FALSE" or "off" or "Off" or "OFF" =>
            (YamlScalarKind.Boolean, JsonValue.Create(false)),
        _ => null,
    };

    private static (YamlScalarKind, JsonNode?)? Special(string text) => text switch
    {
        ".nan" or ".NaN" or ".NAN" => (YamlScalarKind.Float, JsonValue.Create(double.NaN)),
        ".inf" or ".Inf" or ".INF" or "+.inf" or "+.Inf" or "+.INF" => (YamlScalarKind.Float, JsonValue.Create(double.PositiveInfinity)),
        "-.inf" or "-.Inf" or "-.INF" => (YamlScalarKind.Float, JsonValue.Create(double.NegativeInfinity)),
        _ => null,
    };

    private static (YamlScalarKind, JsonNode?)? LeadingPoint(string text) => PointFloat().IsMatch(text)
        ? Float(text.Replace("_", "", StringComparison.Ordinal))
        : null;

    private static (YamlScalarKind, JsonNode?)? Number(string text)
    {
        if (YamlTimestamp.Matches(text))
        {
            return null;
        }

        string plain = text.Replace("_", "", StringComparison.Ordinal);
        if (Integer(plain) is { } integer)
        {
            return integer;
        }

        return AnyFloat().IsMatch(plain) ? Float(plain) : null;
    }

    private static (YamlScalarKind, JsonNode?)? Integer(string plain)
    {
        bool signed = plain is ['+' or '-', ..];
        string digits = signed ? plain[1..] : plain;
        (int radix, string body) = digits switch
        {
            ['0', 'x' or 'X', .. string hex] => (16, hex),
            ['0', 'b' or 'B', .. string binary] => (2, binary),
            ['0', 'o' or 'O', .. string octal] => (8, octal),
            ['0', .. { Length: > 0 } octal] => (8, octal),
            _ => (10, digits),
        };
        if (body.Length == 0 || !body.All(c => char.IsAsciiHexDigit(c) && Convert.ToInt32(c.ToString(), 16) < radix))
        {
            return null;
        }

        BigInteger value = BigInteger.Zero;
        foreach (char c in body)
        {
            value = (value * radix) + Convert.ToInt32(c.ToString(), 16);
            if (value > ulong.MaxValue)
            {
                return null;
            }
        }

        value = plain[0] == '-' ? -value : value;
        if (value >= long.MinValue && value <= long.MaxValue)
        {
            return (YamlScalarKind.Integer, JsonValue.Create((long)value));
        }

        // Beyond 63 bits Go only reads numbers without a sign.
        return !signed ? (YamlScalarKind.Integer, JsonValue.Create((ulong)value)) : null;
    }

    private static (YamlScalarKind, JsonNode?)? Float(string text)
    {
        double value = double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
        return double.IsFinite(value) ? (YamlScalarKind.Float, JsonValue.Create(value)) : null;
    }

    [GeneratedRegex(@"^\.[0-9]+(?:_[0-9]+)*(?:[eE][-+]?[0-9]+(?:_[0-9]+)*)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex PointFloat();

    [GeneratedRegex(@"^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex AnyFloat();

    [GeneratedRegex(@"^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Base60();
}

/// <summary>The types a YAML 1.1 scalar resolves to here; a point in time stays the text it is.</summary>
internal enum YamlScalarKind
{
    Null,
    Boolean,
    Integer,
    Float,
    Text,
}
