using System.Text.Json.Nodes;
using Onboarding.Embedded.Schemas;

namespace Onboarding.Embedded.Admission;

/// <summary>Sets the defaults of missing fields, in objects that are there.</summary>
internal static class Defaulter
{
    public static void Apply(JsonNode? node, Schema schema)
    {
        if (node is JsonArray list && schema.Items is not null)
        {
            foreach (JsonNode? item in list)
            {
                Apply(item, schema.Items);
            }
        }

        if (node is not JsonObject value)
        {
            return;
        }

        foreach ((string name, Schema property) in schema.Properties)
        {
            if (property.Default is not null && !value.ContainsKey(name))
            {
                value[name] = property.Default.DeepClone();
            }
        }

        foreach ((string name, JsonNode? child) in value)
        {
            if (schema.Of(name) is { } known)
            {
                Apply(child, known);
            }
        }
    }
}
