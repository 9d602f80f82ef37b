using System.Text.Json.Nodes;
using Onboarding.Embedded.Schemas;

namespace Onboarding.Embedded.Apply;

/// <summary>Makes sets of fields out of values and out of differences between values.</summary>
internal static class FieldSetBuilder
{
    /// <summary>The fields a writer's document sets.</summary>
    public static FieldSet Build(JsonNode? value, Schema schema)
    {
        var set = new FieldSet();
        if (value is JsonObject map && ListElements.IsGranular(schema))
        {
            foreach ((string name, JsonNode? child) in map)
            {
                Schema childSchema = schema.Of(name) ?? Schema.Any();
                FieldSet sub = Build(child, childSchema);
                // Entries of maps are owned themselves; fields of structures only through what is in them.
                sub.Member |= child is JsonObject { Count: 0 } || !schema.Properties.ContainsKey(name);
                Attach(set, $"f:{name}", sub);
            }
        }
        else if (value is JsonArray && ListElements.IsShared(schema))
        {
            foreach ((string element, JsonNode? item) in ListElements.Items(value, schema))
            {
                FieldSet sub = Build(item, schema.Items!);
                sub.Member = true;
                Attach(set, element, sub);
            }
        }
        else
        {
            set.Member = true;
        }

        return set;
    }

    /// <summary>Fields that were added or changed between two states.</summary>
    public static FieldSet Changed(JsonNode? old, JsonNode? now, Schema schema, bool hadOld)
    {
        var set = new FieldSet { Member = !hadOld };
        if (now is JsonObject map && ListElements.IsGranular(schema) && (!hadOld || old is JsonObject))
        {
            foreach ((string name, JsonNode? child) in map)
            {
                JsonNode? before = null;
                bool had = old is JsonObject oldMap && oldMap.TryGetPropertyValue(name, out before);
                Attach(set, $"f:{name}", Changed(before, child, schema.Of(name) ?? Schema.Any(), had));
            }
        }
        else if (now is JsonArray && ListElements.IsShared(schema) && (!hadOld || old is JsonArray))
        {
            Dictionary<string, JsonNode?> before = ListElements.Items(old, schema).ToDictionary();
            foreach ((string element, JsonNode? item) in ListElements.Items(now, schema))
            {
                bool had = before.TryGetValue(element, out JsonNode? was);
                Attach(set, element, Changed(was, item, schema.Items!, had));
            }
        }
        else
        {
            set.Member |= !JsonNode.DeepEquals(old, now);
        }

        return set;
    }

    /// <summary>Fields that were there and are gone.</summary>
    public static FieldSet Removed(JsonNode? old, JsonNode? now, Schema schema)
    {
        var set = new FieldSet();
        if (old is JsonObject map && ListElements.IsGranular(schema))
        {
            foreach ((string name, JsonNode? child) in map)
            {
                Schema childSchema = schema.Of(name) ?? Schema.Any();
                FieldSet sub = now is JsonObject next && next.TryGetPropertyValue(name, out JsonNode? after)
                    ? Removed(child, after, childSchema)
                    : Changed(null, child, childSchema, hadOld: false);
                Attach(set, $"f:{name}", sub);
            }
        }
        else if (old is JsonArray && ListElements.IsShared(schema))
        {
            Dictionary<string, JsonNode?> after = ListElements.Items(now, schema).ToDictionary();
            foreach ((string element, JsonNode? item) in ListElements.Items(old, schema))
            {
                Attach(set, element, after.TryGetValue(element, out JsonNode? kept)
                    ? Removed(item, kept, schema.Items!)
                    : Changed(null, item, schema.Items!, hadOld: false));
            }
        }

        return set;
    }

    /// <summary>Takes out what the server keeps and no one owns.</summary>
    public static FieldSet WithoutServerFields(FieldSet set)
    {
        set.Member = false;
        set.Remove("f:apiVersion");
        set.Remove("f:kind");
        if (set.Child("f:metadata") is { } metadata)
        {
            metadata.Member = false;
            foreach (string field in (string[])[
                "name", "namespace", "creationTimestamp", "selfLink", "uid", "generation", "managedFields", "resourceVersion",
                "deletionTimestamp", "deletionGracePeriodSeconds"])
            {
                metadata.Remove($"f:{field}");
            }

            if (metadata.IsEmpty)
            {
                set.Remove("f:metadata");
            }
        }

        return set;
    }

    private static void Attach(FieldSet parent, string element, FieldSet child)
    {
        if (!child.IsEmpty)
        {
            FieldSet target = parent.Enter(element);
            target.Member = child.Member;
            foreach ((string name, FieldSet sub) in child.Children)
            {
                Attach(target, name, sub);
            }
        }
    }
}
