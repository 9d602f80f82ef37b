using System.Text;
using System.Text.Json.Nodes;
using YamlDotNet.Core.Events;

namespace Onboarding.BootConfiguration.Yaml;

/// <summary>The value of a scalar in its place: quotes make a text of it, a tag may say what it is.</summary>
internal static class YamlTag
{
    private const string Prefix = "tag:yaml.org,2002:";

    /// <summary>Whether a key with the text <c>&lt;&lt;</c> merges its value into the map.</summary>
    public static bool IsMerge(Scalar key) => key.IsPlainImplicit || (!key.Tag.IsEmpty && key.Tag.Value == Prefix + "merge");

    public static (YamlScalarKind Kind, JsonNode? Value) Resolve(Scalar scalar)
    {
        if (scalar.Tag.IsEmpty)
        {
            return scalar.IsPlainImplicit ? YamlScalar.Resolve(scalar.Value) : Text(scalar.Value);
        }

        string tag = scalar.Tag.Value;
        if (!tag.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return Text(scalar.Value);
        }

        (YamlScalarKind kind, JsonNode? value) = YamlScalar.Resolve(scalar.Value);
        return (tag[Prefix.Length..], kind) switch
        {
            ("str", _) => Text(scalar.Value),
            ("binary", _) => Text(Binary(scalar.Value)),
            ("bool", YamlScalarKind.Boolean) or ("int", YamlScalarKind.Integer) or ("float", YamlScalarKind.Float)
                or ("null", YamlScalarKind.Null) => (kind, value),
            ("float", YamlScalarKind.Integer) => (YamlScalarKind.Float, JsonValue.Create(double.Parse(value!.ToJsonString(), System.Globalization.CultureInfo.InvariantCulture))),
            ("timestamp", _) when YamlTimestamp.Matches(scalar.Value) => Text(scalar.Value),
            ("bool" or "int" or "float" or "null" or "timestamp", _) => throw new BootConfigurationException(
                $"line {scalar.Start.Line}: cannot decode `{scalar.Value}` as a !!{tag[Prefix.Length..]}"),
            _ => Text(scalar.Value),
        };
    }

    private static (YamlScalarKind Kind, JsonNode? Value) Text(string text) => (YamlScalarKind.Text, JsonValue.Create(text));

    private static string Binary(string base64)
    {
        // .NET skips blanks between the letters; Go skips line breaks alone.
        byte[] bytes = new byte[base64.Length];
        return !base64.AsSpan().ContainsAny(' ', '\t') && Convert.TryFromBase64String(base64, bytes, out int length)
            ? Encoding.UTF8.GetString(bytes, 0, length)
            : throw new BootConfigurationException("!!binary value contains invalid base64 data");
    }
}
