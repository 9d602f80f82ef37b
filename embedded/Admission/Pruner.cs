using System.Text.Json.Nodes;
using Onboarding.Embedded.Schemas;

namespace Onboarding.Embedded.Admission;

/// <summary>Removes what a schema doesn't know, as a real server does before it stores an object.</summary>
internal static class Pruner
{
    /// <summary>Prunes in place.</summary>
    /// <param name="value">The object.</param>
    /// <param name="schema">Its shape.</param>
    /// <param name="dropNulls">True for built-in kinds, whose decoder takes null for absent.</param>
    /// <returns>Paths of what was removed.</returns>
    public static IReadOnlyList<string> Prune(JsonObject value, Schema schema, bool dropNulls)
    {
        var removed = new List<string>();
        Visit(value, schema, "", dropNulls, removed);
        return removed;
    }

    private static void Visit(JsonNode? node, Schema schema, string path, bool dropNulls, List<string> removed)
    {
        if (node is JsonArray list && schema.Items is not null)
        {
            for (int i = 0; i < list.Count; i++)
            {
                Visit(list[i], schema.Items, $"{path}[{i}]", dropNulls, removed);
            }
        }

        if (node is not JsonObject value || schema.Type != SchemaType.Object)
        {
            return;
        }

        foreach (string name in value.Select(p => p.Key).ToArray())
        {
            string child = path.Length == 0 ? name : $"{path}.{name}";
            if (schema.Of(name) is not { } known)
            {
                value.Remove(name);
                removed.Add(child);
            }
            else if (dropNulls && value[name] is null)
            {
                value.Remove(name);
            }
            else
            {
                Visit(value[name], known, child, dropNulls, removed);
            }
        }
    }
}
