using System.Text.Json.Nodes;

namespace Onboarding.Api.Reading;

/// <summary>Builds JSON objects that leave out what isn't set.</summary>
internal static class JsonWriter
{
    public static JsonObject With(this JsonObject json, string field, string? value)
    {
        if (value is not null)
        {
            json[field] = value;
        }

        return json;
    }

    public static JsonObject With(this JsonObject json, string field, long? value)
    {
        if (value is not null)
        {
            json[field] = value.Value;
        }

        return json;
    }

    public static JsonObject With(this JsonObject json, string field, JsonNode? value)
    {
        if (value is not null)
        {
            json[field] = value;
        }

        return json;
    }

    public static JsonObject WithFlag(this JsonObject json, string field, bool value)
    {
        if (value)
        {
            json[field] = true;
        }

        return json;
    }

    public static JsonObject With(this JsonObject json, string field, TimeSpan? value) =>
        json.With(field, value is null ? null : DurationText.Format(value.Value));

    public static JsonObject With(this JsonObject json, string field, DateTimeOffset? value) =>
        json.With(field, value is null ? null : TimeText.Format(value.Value));

    public static JsonObject With(this JsonObject json, string field, IReadOnlyList<string> values)
    {
        if (values.Count != 0)
        {
            json[field] = new JsonArray([.. values.Select(value => (JsonNode?)JsonValue.Create(value))]);
        }

        return json;
    }

    public static JsonObject With(this JsonObject json, string field, IReadOnlyDictionary<string, string> values)
    {
        if (values.Count != 0)
        {
            json[field] = new JsonObject(values.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)JsonValue.Create(pair.Value))));
        }

        return json;
    }

    public static JsonObject With<T>(this JsonObject json, string field, IReadOnlyList<T> values, Func<T, JsonNode> write)
    {
        if (values.Count != 0)
        {
            json[field] = new JsonArray([.. values.Select(value => (JsonNode?)write(value))]);
        }

        return json;
    }
}
