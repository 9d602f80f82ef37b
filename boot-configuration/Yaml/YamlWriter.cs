using System.Text.Json;
using System.Text.Json.Nodes;
using Onboarding.BootConfiguration.Text;

namespace Onboarding.BootConfiguration.Yaml;

/// <summary>Writes JSON as YAML exactly as <c>sigs.k8s.io/yaml</c> with go-yaml v2 does.</summary>
internal static class YamlWriter
{
    private const int Step = 2;

    /// <summary>The document, ending in a line break.</summary>
    public static string Write(JsonObject document)
    {
        var output = new YamlOutput();
        if (document.Count == 0)
        {
            return "{}\n";
        }

        Mapping(document, output, 0);
        output.EndLine();
        return output.ToString();
    }

    private static void Mapping(JsonObject members, YamlOutput output, int indent)
    {
        foreach ((string key, JsonNode? value) in members.OrderBy(m => m.Key, NaturalOrder.Instance))
        {
            output.Indent(indent);
            bool simple = YamlScalarWriter.IsSimpleKey(key);
            if (!simple)
            {
                output.Write("? ");
            }

            YamlScalarWriter.Write(key, output, indent + Step, simpleKey: simple);
            if (!simple)
            {
                output.Indent(indent);
            }

            output.Write(":");
            Value(value, output, indent, continues: !simple);
        }
    }

    private static void Sequence(JsonArray items, YamlOutput output, int indent)
    {
        foreach (JsonNode? item in items)
        {
            output.Indent(indent);
            output.Write("-");
            Value(item, output, indent, continues: true);
        }
    }

    private static void Value(JsonNode? value, YamlOutput output, int indent, bool continues)
    {
        switch (value)
        {
            case JsonObject { Count: 0 }:
                output.Write(" {}");
                break;
            case JsonArray { Count: 0 }:
                output.Write(" []");
                break;
            case JsonObject members:
                Start(output, continues, indent + Step);
                Mapping(members, output, indent + Step);
                break;
            case JsonArray items:
                // Dashes of a list stand below the first letter of their key, not further in.
                Start(output, continues, continues ? indent + Step : indent);
                Sequence(items, output, continues ? indent + Step : indent);
                break;
            default:
                output.Write(" ");
                Scalar(value, output, indent + Step);
                break;
        }
    }

    private static void Start(YamlOutput output, bool continues, int indent)
    {
        // After a dash, or the colon of a key that needed a line of its own, a collection starts on the same line.
        if (continues)
        {
            output.Write(" ");
            output.ContinueAt(indent);
        }
    }

    private static void Scalar(JsonNode? value, YamlOutput output, int indent)
    {
        switch (value?.GetValueKind())
        {
            case null or JsonValueKind.Null:
                output.Write("null");
                break;
            case JsonValueKind.True:
                output.Write("true");
                break;
            case JsonValueKind.False:
                output.Write("false");
                break;
            case JsonValueKind.Number:
                output.Write(Number(value.AsValue()));
                break;
            default:
                YamlScalarWriter.Write(value.GetValue<string>(), output, indent, simpleKey: false);
                break;
        }
    }

    // The number goes through JSON first, and is read back from there by YAML's rules.
    private static string Number(JsonValue value)
    {
        string json = value.TryGetValue(out double number) && !value.TryGetValue(out long _)
            ? GoNumber.Json(number)
            : value.ToJsonString();
        (YamlScalarKind kind, JsonNode? resolved) = YamlScalar.Resolve(json);
        return kind == YamlScalarKind.Float ? GoNumber.General(resolved!.GetValue<double>()) : resolved!.ToJsonString();
    }
}
