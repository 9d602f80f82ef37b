using System.Text;
using System.Text.Json.Nodes;
using Onboarding.BootConfiguration.Yaml.Scanning;

namespace Onboarding.BootConfiguration.Yaml;

/// <summary>The value of a scalar in its place: quotes make a text of it, a tag may say what it is.</summary>
internal static class YamlTag
{
    /// <summary>Of a key that merges its value into the map.</summary>
    public const string Merge = Prefix + "merge";

    private const string Prefix = "tag:yaml.org,2002:";

    public static (YamlScalarKind Kind, JsonNode? Value) Resolve(YamlEvent scalar)
    {
        if (scalar.Tag.Length == 0)
        {
            return scalar.IsImplicit ? YamlScalar.Resolve(scalar.Value) : Text(scalar.Value);
        }

        string tag = scalar.Tag;
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
                $"line {scalar.Line}: cannot decode `{scalar.Value}` as a !!{tag[Prefix.Length..]}"),
            _ => Text(scalar.Value),
        };
    }

    private static (YamlScalarKind Kind, JsonNode? Value) Text(string text) => (YamlScalarKind.Text, JsonValue.Create(text));

    private static string Binary(string base64)
    {
        try
        {
            return Encoding.UTF8.GetString(Convert.FromBase64String(base64));
        }
        catch (FormatException e)
        {
            throw new BootConfigurationException("!!binary value contains invalid base64 data", e);
        }
    }
}
