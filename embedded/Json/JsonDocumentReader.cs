using System.Text.Json;
using System.Text.Json.Nodes;

namespace Onboarding.Embedded.Json;

/// <summary>
/// Reads JSON into nodes. Own code rather than <see cref="JsonNode.Parse(ReadOnlySpan{byte}, JsonNodeOptions?, JsonDocumentOptions)"/>
/// because a field given twice must be reported with its path (field validation) instead of throwing late, and because nesting is
/// limited before anything recursive touches the result.
/// </summary>
internal sealed class JsonDocumentReader
{
    /// <summary>Deepest nesting; deeper input is an attack on the stack, not configuration.</summary>
    public const int MaxDepth = 64;

    private readonly List<string> _duplicates = [];

    /// <summary>Paths of fields given more than once; the last one counts.</summary>
    public IReadOnlyList<string> Duplicates => _duplicates;

    /// <exception cref="JsonException">The text isn't JSON, or nested too deeply.</exception>
    public JsonNode? Read(ReadOnlySpan<byte> utf8)
    {
        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = MaxDepth });
        reader.Read();
        JsonNode? node = Value(ref reader, "");
        // Reads on so that anything after the value is an error.
        reader.Read();
        return node;
    }

    private JsonNode? Value(ref Utf8JsonReader reader, string path) => reader.TokenType switch
    {
        JsonTokenType.StartObject => Object(ref reader, path),
        JsonTokenType.StartArray => Array(ref reader, path),
        JsonTokenType.String => JsonValue.Create(reader.GetString()),
        JsonTokenType.True => JsonValue.Create(true),
        JsonTokenType.False => JsonValue.Create(false),
        JsonTokenType.Null => null,
        _ => JsonNode.Parse(reader.ValueSpan),
    };

    private JsonObject Object(ref Utf8JsonReader reader, string path)
    {
        var result = new JsonObject();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            string name = reader.GetString()!;
            string child = path.Length == 0 ? name : $"{path}.{name}";
            if (result.ContainsKey(name))
            {
                _duplicates.Add(child);
            }

            reader.Read();
            result[name] = Value(ref reader, child);
        }

        return result;
    }

    private JsonArray Array(ref Utf8JsonReader reader, string path)
    {
        var result = new JsonArray();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            result.Add(Value(ref reader, $"{path}[{result.Count}]"));
        }

        return result;
    }
}
