using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Onboarding.Api.Reading.Nodes;

/// <summary>Turns JSON values into nodes and back.</summary>
internal static class JsonNodes
{
    /// <summary>The nodes of a JSON value without positions. The caller has bounded its depth.</summary>
    public static Node FromJson(JsonNode? json)
    {
        switch (json)
        {
            case null:
                return new ScalarNode(default, ScalarKind.Null, "null");
            case JsonObject map:
                return new MapNode(default, [.. map.Select(pair => new MapEntry(pair.Key, default, FromJson(pair.Value)))]);
            case JsonArray list:
                return new ListNode(default, [.. list.Select(FromJson)]);
            default:
                return FromValue(json);
        }
    }

    /// <summary>The JSON of a node, positions left out.</summary>
    public static JsonNode? ToJson(Node node) => node switch
    {
        MapNode map => new JsonObject(map.Entries.Select(entry => KeyValuePair.Create(entry.Key, ToJson(entry.Value)))),
        ListNode list => new JsonArray([.. list.Items.Select(ToJson)]),
        ScalarNode scalar => ToJson(scalar),
        _ => null,
    };

    private static JsonNode? ToJson(ScalarNode scalar)
    {
        switch (scalar.Kind)
        {
            case ScalarKind.Null:
                return null;
            case ScalarKind.Boolean:
                return JsonValue.Create(scalar.Text == "true");
            case ScalarKind.Number:
                // A long stays a long for callers that ask GetValue<long>; everything else keeps its digits.
                return long.TryParse(scalar.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long integer)
                    ? JsonValue.Create(integer)
                    : JsonNode.Parse(scalar.Text);
            default:
                return JsonValue.Create(scalar.Text);
        }
    }

    private static ScalarNode FromValue(JsonNode json)
    {
        switch (json.GetValueKind())
        {
            case JsonValueKind.True:
                return new ScalarNode(default, ScalarKind.Boolean, "true");
            case JsonValueKind.False:
                return new ScalarNode(default, ScalarKind.Boolean, "false");
            case JsonValueKind.Number:
                return new ScalarNode(default, ScalarKind.Number, json.ToJsonString());
            default:
                return new ScalarNode(default, ScalarKind.Text, json.GetValue<string>());
        }
    }
}
