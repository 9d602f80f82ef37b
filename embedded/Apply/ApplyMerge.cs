using System.Text.Json.Nodes;
using Onboarding.Embedded.Json;
using Onboarding.Embedded.Schemas;

namespace Onboarding.Embedded.Apply;

/// <summary>Merges an applied document into an object, and takes out what the applier no longer wants.</summary>
internal static class ApplyMerge
{
    public static JsonNode? Merge(JsonNode? live, JsonNode? applied, Schema schema)
    {
        if (applied is JsonObject wanted && live is JsonObject current && ListElements.IsGranular(schema))
        {
            JsonObject merged = current.DeepClone().AsObject();
            foreach ((string name, JsonNode? value) in wanted)
            {
                merged[name] = Merge(current[name], value, schema.Of(name) ?? Schema.Any());
            }

            return merged;
        }

        if (applied is JsonArray && live is JsonArray && ListElements.IsShared(schema))
        {
            Dictionary<string, JsonNode?> wantedItems = ListElements.Items(applied, schema).ToDictionary();
            var merged = new JsonArray();
            foreach ((string element, JsonNode? item) in ListElements.Items(live, schema))
            {
                merged.Add(wantedItems.Remove(element, out JsonNode? update) ? Merge(item, update, schema.Items!) : item?.DeepClone());
            }

            foreach ((_, JsonNode? item) in ListElements.Items(applied, schema).Where(e => wantedItems.ContainsKey(e.Key)))
            {
                merged.Add(item?.DeepClone());
            }

            return merged;
        }

        return applied?.DeepClone();
    }

    /// <summary>Removes fields in place, except what others own.</summary>
    /// <param name="value">The object.</param>
    /// <param name="remove">Fields to remove.</param>
    /// <param name="kept">Fields that someone else owns, or that the applier still sets.</param>
    /// <param name="schema">Shape of the object.</param>
    public static void Remove(JsonNode? value, FieldSet remove, FieldSet? kept, Schema schema)
    {
        foreach ((string element, FieldSet below) in remove.Children)
        {
            FieldSet? keptBelow = kept?.Child(element);
            Schema? childSchema = element.StartsWith("f:", StringComparison.Ordinal) ? schema.Of(element[2..]) : schema.Items;
            JsonNode? child = Find(value, element, schema);
            Remove(child, below, keptBelow, childSchema ?? Schema.Any());
            bool emptied = child is JsonObject { Count: 0 } or JsonArray { Count: 0 };
            if (keptBelow is null && (below.Member || emptied))
            {
                Delete(value, element, schema);
            }
        }
    }

    private static JsonNode? Find(JsonNode? value, string element, Schema schema) =>
        element.StartsWith("f:", StringComparison.Ordinal)
            ? value.At(element[2..])
            : ListElements.Items(value, schema).FirstOrDefault(e => e.Key == element).Value;

    private static void Delete(JsonNode? value, string element, Schema schema)
    {
        if (element.StartsWith("f:", StringComparison.Ordinal))
        {
            (value as JsonObject)?.Remove(element[2..]);
        }
        else if (value is JsonArray list)
        {
            for (int i = list.Count - 1; i >= 0; i--)
            {
                if (ListElements.Element(list[i], schema) == element)
                {
                    list.RemoveAt(i);
                }
            }
        }
    }
}
