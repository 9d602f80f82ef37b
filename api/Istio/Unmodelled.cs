using System.Text.Json.Nodes;

namespace Onboarding.Api.Istio;

/// <summary>
/// Keeps the fields of Istio's objects that this project doesn't model: anyone who writes an object back must not take away what
/// a newer Istio, or someone else, put there.
/// </summary>
internal static class Unmodelled
{
    /// <summary>The fields of an object that its record doesn't hold.</summary>
    /// <param name="json">The object.</param>
    /// <param name="modelled">Fields the record knows.</param>
    /// <param name="held">What the record would write.</param>
    public static JsonObject? Select(JsonObject json, IReadOnlyList<string> modelled, JsonObject held)
    {
        JsonObject others = [];
        foreach ((string field, JsonNode? value) in json)
        {
            bool isHeld = modelled.Contains(field) && JsonNode.DeepEquals(value, held[field]);
            if (!isHeld && value is not null)
            {
                others[field] = value.DeepClone();
            }
        }

        return others.Count == 0 ? null : others;
    }

    /// <summary>The fields of a whole object besides those every object has.</summary>
    public static JsonObject? OfResource(JsonObject json)
    {
        JsonObject others = [];
        foreach ((string field, JsonNode? value) in json)
        {
            if (field is not ("apiVersion" or "kind" or "metadata" or "spec" or "status") && value is not null)
            {
                others[field] = value.DeepClone();
            }
        }

        return others.Count == 0 ? null : others;
    }

    /// <summary>Adds them to what a record writes. What the record itself holds wins.</summary>
    public static JsonObject AddTo(JsonObject json, JsonObject? others)
    {
        foreach ((string field, JsonNode? value) in others ?? [])
        {
            if (!json.ContainsKey(field))
            {
                json[field] = value?.DeepClone();
            }
        }

        return json;
    }
}
