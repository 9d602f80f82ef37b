using System.Globalization;
using System.Text.RegularExpressions;
using Onboarding.Api.Reading.Nodes;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Onboarding.Documents;

/// <summary>What a scalar is, by the core schema of YAML 1.2: <c>yes</c> and <c>on</c> are texts, <c>0123</c> is 123.</summary>
internal static partial class YamlScalars
{
    private const string Prefix = "tag:yaml.org,2002:";

    public static ScalarNode Resolve(Scalar scalar, Position position)
    {
        if (!scalar.Tag.IsEmpty && !scalar.Tag.IsNonSpecific)
        {
            return ResolveTagged(scalar, position);
        }

        return scalar.Style == ScalarStyle.Plain && scalar.Tag.IsEmpty
            ? ResolvePlain(scalar.Value, position)
            : new ScalarNode(position, ScalarKind.Text, scalar.Value);
    }

    /// <exception cref="SyntaxException">The tag isn't the expected one.</exception>
    public static void CheckTag(TagName tag, string expected, Position position)
    {
        if (!tag.IsEmpty && !tag.IsNonSpecific && tag.Value != expected)
        {
            throw Unsupported(tag, position);
        }
    }

    private static ScalarNode ResolveTagged(Scalar scalar, Position position)
    {
        string tag = scalar.Tag.Value;
        if (tag == Prefix + "str")
        {
            return new ScalarNode(position, ScalarKind.Text, scalar.Value);
        }

        ScalarKind wanted = tag switch
        {
            Prefix + "null" => ScalarKind.Null,
            Prefix + "bool" => ScalarKind.Boolean,
            Prefix + "int" or Prefix + "float" => ScalarKind.Number,
            _ => throw Unsupported(scalar.Tag, position),
        };
        ScalarNode node = ResolvePlain(scalar.Value, position);
        return node.Kind == wanted
            ? node
            : throw new SyntaxException(position, $"the text \"{ScalarNode.Show(scalar.Value)}\" isn't what its tag says (!!{tag[Prefix.Length..]})");
    }

    private static ScalarNode ResolvePlain(string text, Position position) => text switch
    {
        "" or "~" or "null" or "Null" or "NULL" => new ScalarNode(position, ScalarKind.Null, "null"),
        "true" or "True" or "TRUE" => new ScalarNode(position, ScalarKind.Boolean, "true"),
        "false" or "False" or "FALSE" => new ScalarNode(position, ScalarKind.Boolean, "false"),
        _ => NumberOf(text) is { } number
            ? new ScalarNode(position, ScalarKind.Number, number)
            : new ScalarNode(position, ScalarKind.Text, text),
    };

    // As a JSON number: JSON has no plus sign, no leading zero and no lone dot.
    private static string? NumberOf(string text)
    {
        if (!char.IsAsciiDigit(text[0]) && text[0] is not ('-' or '+' or '.'))
        {
            return null;
        }

        if (text.StartsWith("0x", StringComparison.Ordinal))
        {
            return ulong.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong hex)
                ? hex.ToString(CultureInfo.InvariantCulture)
                : null;
        }

        if (text.StartsWith("0o", StringComparison.Ordinal))
        {
            return OctalOf(text.AsSpan(2))?.ToString(CultureInfo.InvariantCulture);
        }

        Match match = Decimal().Match(text);
        if (!match.Success)
        {
            return null;
        }

        string sign = match.Groups["sign"].Value == "-" ? "-" : "";
        string whole = match.Groups["whole"].Value.TrimStart('0');
        string fraction = match.Groups["fraction"].Value;
        return $"{sign}{(whole.Length == 0 ? "0" : whole)}{(fraction.Length == 0 ? "" : "." + fraction)}{match.Groups["exponent"].Value}";
    }

    private static long? OctalOf(ReadOnlySpan<char> digits)
    {
        if (digits.Length is 0 or > 20 || digits.ContainsAnyExceptInRange('0', '7'))
        {
            return null;
        }

        long value = 0;
        foreach (char digit in digits)
        {
            value = (value << 3) | (uint)(digit - '0');
        }

        return value;
    }

    private static SyntaxException Unsupported(TagName tag, Position position) =>
        new(position, $"the tag {ScalarNode.Show(tag.Value)} isn't supported");

    [GeneratedRegex(@"^(?<sign>[-+]?)(?=\.?[0-9])(?<whole>[0-9]*)(\.(?<fraction>[0-9]*))?(?<exponent>[eE][-+]?[0-9]+)?\z", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Decimal();
}
