using System.Text.Json.Nodes;
using Onboarding.Embedded.Json;
using Onboarding.Embedded.Schemas;

namespace Onboarding.Embedded.Apply;

/// <summary>Keeps <c>managedFields</c> up to date over writes that aren't server-side apply.</summary>
internal static class FieldOwnership
{
    /// <summary>
    /// Gives the writer the fields it changed and takes them from everyone else; fields that are gone belong to no one. Sets
    /// <c>metadata.managedFields</c> of the new state.
    /// </summary>
    public static void Update(JsonObject? old, JsonObject now, Schema schema, FieldOwner writer)
    {
        IReadOnlyList<FieldOwner> owners = Base(old, now);
        FieldSet changed = FieldSetBuilder.WithoutServerFields(FieldSetBuilder.Changed(old ?? [], now, schema, hadOld: true));
        FieldSet removed = FieldSetBuilder.Removed(old ?? [], now, schema);
        var next = new List<FieldOwner>();
        FieldOwner? own = null;
        foreach (FieldOwner owner in owners)
        {
            FieldSet kept = owner.Fields.Without(removed);
            if (owner.IsSameAs(writer))
            {
                FieldSet fields = kept.Union(changed);
                own = fields.SetEquals(owner.Fields) && changed.IsEmpty ? owner : writer with { Fields = fields };
            }
            else
            {
                next.Add(owner with { Fields = kept.Without(changed) });
            }
        }

        next.Add(own ?? writer with { Fields = changed });
        FieldOwner.Write(now, next);
    }

    /// <summary>
    /// Owners to go on from: what the writer sends, since clients migrate ownership by editing it; what is stored, where it sends
    /// none; no one, where it sends a single empty entry.
    /// </summary>
    private static IReadOnlyList<FieldOwner> Base(JsonObject? old, JsonObject now)
    {
        if (now.At("metadata", "managedFields") is JsonArray { Count: 1 } only && only[0] is JsonObject { Count: 0 })
        {
            return [];
        }

        IReadOnlyList<FieldOwner> sent = FieldOwner.Read(now);
        return sent.Count > 0 || old is null ? sent : FieldOwner.Read(old);
    }
}
