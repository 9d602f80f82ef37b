using System.Text.Json.Nodes;
using Onboarding.Embedded.Json;

namespace Onboarding.Embedded.Apply;

/// <summary>One entry of <c>managedFields</c>.</summary>
internal sealed record FieldOwner(string Manager, string Operation, string ApiVersion, string Subresource, FieldSet Fields, string Time)
{
    public const string ApplyOperation = "Apply";

    public const string UpdateOperation = "Update";

    /// <summary>True if two entries are the same writer's; an applier is one writer whatever version it speaks.</summary>
    public bool IsSameAs(FieldOwner other) =>
        Manager == other.Manager && Operation == other.Operation && Subresource == other.Subresource &&
        (Operation == ApplyOperation || ApiVersion == other.ApiVersion);

    public static IReadOnlyList<FieldOwner> Read(JsonObject value) =>
        [.. value.List("metadata", "managedFields").OfType<JsonObject>().Where(e => e.Count > 0).Select(e => new FieldOwner(
            e.Text("manager") ?? "", e.Text("operation") ?? UpdateOperation, e.Text("apiVersion") ?? "", e.Text("subresource") ?? "",
            FieldSet.FromJson(e["fieldsV1"]), e.Text("time") ?? ""))];

    public static void Write(JsonObject value, IEnumerable<FieldOwner> owners)
    {
        JsonNode?[] entries = [.. owners.Where(o => !o.Fields.IsEmpty)
            .OrderBy(o => o.Operation, StringComparer.Ordinal).ThenBy(o => o.Time, StringComparer.Ordinal)
            .ThenBy(o => o.Manager, StringComparer.Ordinal).Select(o => o.ToJson())];
        JsonObject metadata = value.Metadata();
        metadata.Remove("managedFields");
        if (entries.Length > 0)
        {
            metadata["managedFields"] = new JsonArray(entries);
        }
    }

    private JsonObject ToJson()
    {
        var json = new JsonObject
        {
            ["manager"] = Manager,
            ["operation"] = Operation,
            ["apiVersion"] = ApiVersion,
            ["time"] = Time,
            ["fieldsType"] = "FieldsV1",
            ["fieldsV1"] = Fields.ToJson(),
        };
        if (Subresource.Length > 0)
        {
            json["subresource"] = Subresource;
        }

        return json;
    }
}
