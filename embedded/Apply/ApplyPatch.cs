using System.Text.Json.Nodes;
using Onboarding.Embedded.Errors;
using Onboarding.Embedded.Json;
using Onboarding.Embedded.Kinds;

namespace Onboarding.Embedded.Apply;

/// <summary>Server-side apply: a writer sends everything it has an opinion on, and the server finds out what changed hands.</summary>
internal static class ApplyPatch
{
    /// <summary>The object after the apply, with <c>managedFields</c>.</summary>
    /// <param name="kind">Kind of the object.</param>
    /// <param name="live">The object; null if it is created.</param>
    /// <param name="applied">The document.</param>
    /// <param name="applier">Who applies; its fields are computed here.</param>
    /// <param name="force">True to take fields from other writers.</param>
    /// <exception cref="ApiException">Another writer owns a field that would change.</exception>
    public static JsonObject Apply(Kind kind, JsonObject? live, JsonObject applied, FieldOwner applier, bool force)
    {
        applied = applied.DeepClone().AsObject();
        applied.Metadata().Remove("managedFields");
        FieldSet wanted = FieldSetBuilder.WithoutServerFields(FieldSetBuilder.Build(applied, kind.Schema));
        JsonObject merged = live is null ? applied.DeepClone().AsObject() : ApplyMerge.Merge(live, applied, kind.Schema)!.AsObject();
        IReadOnlyList<FieldOwner> owners = live is null ? [] : FieldOwner.Read(live);
        FieldSet changed = FieldSetBuilder.WithoutServerFields(FieldSetBuilder.Changed(live ?? [], merged, kind.Schema, hadOld: true));

        FieldOwner? before = owners.FirstOrDefault(o => o.IsSameAs(applier));
        List<FieldOwner> others = [.. owners.Where(o => !o.IsSameAs(applier))];
        List<(FieldOwner Owner, FieldSet Fields)> conflicts =
            [.. others.Select(o => (Owner: o, Fields: o.Fields.Intersect(changed))).Where(c => !c.Fields.IsEmpty)];
        if (conflicts.Count > 0 && !force)
        {
            throw Conflict(conflicts);
        }

        if (before is not null)
        {
            FieldSet kept = others.Aggregate(wanted, (set, other) => set.Union(other.Fields));
            ApplyMerge.Remove(merged, before.Fields.Without(wanted), kept, kind.Schema);
        }

        bool same = before is not null && before.Fields.SetEquals(wanted) && changed.IsEmpty && before.ApiVersion == applier.ApiVersion;
        FieldOwner.Write(
            merged,
            [.. others.Select(o => o with { Fields = o.Fields.Without(changed) }), same ? before! : applier with { Fields = wanted }]);
        return merged;
    }

    private static ApiException Conflict(List<(FieldOwner Owner, FieldSet Fields)> conflicts)
    {
        var causes = new JsonArray();
        var parts = new List<string>();
        int count = 0;
        foreach ((FieldOwner owner, FieldSet fields) in conflicts)
        {
            string subresource = owner.Subresource.Length > 0 ? $" with subresource \"{owner.Subresource}\"" : "";
            string version = owner.Operation == FieldOwner.UpdateOperation ? $" using {owner.ApiVersion}" : "";
            string who = $"\"{owner.Manager}\"{subresource}{version}";
            string[] paths = [.. fields.Paths()];
            count += paths.Length;
            parts.Add(paths.Length == 1
                ? $"conflict with {who}: {paths[0]}"
                : $"conflicts with {who}:\n{string.Join('\n', paths.Select(p => $"- {p}"))}");
            foreach (string path in paths)
            {
                causes.Add(new JsonObject
                {
                    ["reason"] = "FieldManagerConflict",
                    ["message"] = $"conflict with {who}",
                    ["field"] = path,
                });
            }
        }

        string plural = count == 1 ? "conflict" : "conflicts";
        return new ApiException(
            409, "Conflict", $"Apply failed with {count} {plural}: {string.Join('\n', parts)}", new JsonObject { ["causes"] = causes });
    }
}
