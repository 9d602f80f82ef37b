using System.Text.Json.Nodes;
using Onboarding.Embedded.Errors;
using Onboarding.Embedded.Json;
using Onboarding.Embedded.Schemas;

namespace Onboarding.Embedded.Patching;

/// <summary>
/// Kubernetes' strategic merge patch: a merge patch whose lists are merged item by item where the schema names a merge key, with
/// directives (<c>$patch</c>, <c>$deleteFromPrimitiveList</c>, <c>$setElementOrder</c>, <c>$retainKeys</c>).
/// </summary>
internal static class StrategicMergePatch
{
    private const string Directive = "$patch";
    private const string DeleteFrom = "$deleteFromPrimitiveList/";
    private const string ElementOrder = "$setElementOrder/";
    private const string RetainKeys = "$retainKeys";

    public static JsonObject Apply(JsonObject target, JsonObject patch, Schema schema) => Merge(target, patch, schema) ?? [];

    /// <summary>The merged object; null if the patch deletes it.</summary>
    private static JsonObject? Merge(JsonObject? target, JsonObject patch, Schema schema)
    {
        switch (patch.Text(Directive))
        {
            case "delete":
                return null;
            case "replace":
                return Plain(patch)!.AsObject();
            case null or "merge":
                break;
            case { } other:
                throw ApiErrors.BadRequest($"unknown {Directive} directive: {other}");
        }

        JsonObject result = target ?? [];
        if (patch[RetainKeys] is not null)
        {
            string[] retained = [.. patch.Texts(RetainKeys)];
            foreach (string name in result.Select(p => p.Key).Except(retained).ToArray())
            {
                result.Remove(name);
            }
        }

        foreach ((string name, JsonNode? change) in patch)
        {
            if (name.StartsWith(DeleteFrom, StringComparison.Ordinal))
            {
                DeleteScalars(result, name[DeleteFrom.Length..], change);
            }
            else if (!name.StartsWith('$'))
            {
                Field(result, name, change, schema.Of(name) ?? Schema.Any());
            }
        }

        foreach ((string name, JsonNode? order) in patch.Where(p => p.Key.StartsWith(ElementOrder, StringComparison.Ordinal)))
        {
            string field = name[ElementOrder.Length..];
            Reorder(result, field, order as JsonArray ?? [], schema.Of(field));
        }

        return result;
    }

    private static void Field(JsonObject result, string name, JsonNode? change, Schema schema)
    {
        JsonNode? merged = change switch
        {
            null => null,
            JsonObject nested => Merge(Detach(result, name) as JsonObject, nested, schema),
            JsonArray list when schema.MergeKey is { } key => List(Detach(result, name) as JsonArray ?? [], list, key, schema.Items!),
            _ => Plain(change),
        };
        result.Remove(name);
        if (merged is not null)
        {
            result[name] = merged;
        }
    }

    private static JsonArray List(JsonArray target, JsonArray patch, string key, Schema items)
    {
        if (patch.Any(p => p is JsonObject { Count: 1 } && p.Text(Directive) == "replace"))
        {
            return new JsonArray([.. patch.Where(p => p.At(Directive) is null).Select(Plain)]);
        }

        foreach (JsonNode? change in patch)
        {
            int index = key.Length == 0
                ? target.ToList().FindIndex(t => JsonNode.DeepEquals(t, change))
                : target.ToList().FindIndex(t => JsonNode.DeepEquals(t.At(key), Key(change, key)));
            if (change is not JsonObject item || key.Length == 0)
            {
                if (index < 0)
                {
                    target.Add(change?.DeepClone());
                }

                continue;
            }

            JsonObject? merged = Merge(index < 0 ? null : target[index]!.DeepClone().AsObject(), item, items);
            if (index >= 0)
            {
                target.RemoveAt(index);
            }

            if (merged is not null)
            {
                target.Insert(index < 0 ? target.Count : index, merged);
            }
        }

        return target;
    }

    private static JsonNode Key(JsonNode? item, string key) =>
        item.At(key) ?? throw ApiErrors.BadRequest($"map: {JsonText.Text(item)} does not contain declared merge key: {key}");

    private static void DeleteScalars(JsonObject result, string name, JsonNode? values)
    {
        if (result[name] is JsonArray list)
        {
            result[name] = new JsonArray(
                [.. list.Where(i => !(values as JsonArray ?? []).Any(v => JsonNode.DeepEquals(i, v))).Select(i => i?.DeepClone())]);
        }
    }

    /// <summary>Puts the items the patch names in its order; others stay where they are relative to each other, behind.</summary>
    private static void Reorder(JsonObject result, string name, JsonArray order, Schema? schema)
    {
        if (result[name] is not JsonArray list || schema?.MergeKey is not { } key)
        {
            return;
        }

        int Rank(JsonNode? item)
        {
            int index = order.ToList().FindIndex(o => key.Length == 0
                ? JsonNode.DeepEquals(o, item)
                : JsonNode.DeepEquals(o.At(key), item.At(key)));
            return index < 0 ? int.MaxValue : index;
        }

        result[name] = new JsonArray([.. list.OrderBy(Rank).Select(i => i?.DeepClone())]);
    }

    private static JsonNode? Detach(JsonObject parent, string name)
    {
        JsonNode? child = parent[name];
        parent.Remove(name);
        return child;
    }

    /// <summary>A patch's value without directives and nulls.</summary>
    private static JsonNode? Plain(JsonNode? value) => value switch
    {
        JsonObject map => new JsonObject(map.Where(p => !p.Key.StartsWith('$') && p.Value is not null)
            .Select(p => KeyValuePair.Create(p.Key, Plain(p.Value)))),
        JsonArray list => new JsonArray([.. list.Select(Plain)]),
        _ => value?.DeepClone(),
    };
}
