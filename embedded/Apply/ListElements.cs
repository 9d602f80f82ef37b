using System.Text.Json.Nodes;
using Onboarding.Embedded.Json;
using Onboarding.Embedded.Schemas;

namespace Onboarding.Embedded.Apply;

/// <summary>Names items of lists that several writers share.</summary>
internal static class ListElements
{
    /// <summary>True if items of the list have owners of their own.</summary>
    public static bool IsShared(Schema schema) => schema.Type == SchemaType.Array && schema.ListKind != ListKind.Atomic;

    /// <summary>True if fields of the object have owners of their own.</summary>
    public static bool IsGranular(Schema schema) => schema is { Type: SchemaType.Object or SchemaType.Any, AtomicMap: false };

    /// <summary>The path element of an item.</summary>
    public static string Element(JsonNode? item, Schema list)
    {
        if (list.ListKind == ListKind.Set)
        {
            return $"v:{JsonText.Text(item)}";
        }

        var keys = new JsonObject();
        foreach (string key in list.ListKeys.Order(StringComparer.Ordinal))
        {
            JsonNode? value = item.At(key) ?? list.Items?.Of(key)?.Default;
            if (value is not null)
            {
                keys[key] = value.DeepClone();
            }
        }

        return $"k:{JsonText.Text(keys)}";
    }

    /// <summary>The list's items by element; the first of doubled ones counts.</summary>
    public static IEnumerable<KeyValuePair<string, JsonNode?>> Items(JsonNode? list, Schema schema) =>
        (list as JsonArray ?? []).Select(item => KeyValuePair.Create(Element(item, schema), item)).DistinctBy(e => e.Key);
}
