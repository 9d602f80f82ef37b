using System.Text.Json.Nodes;
using Onboarding.Embedded.Json;
using Onboarding.Embedded.Kinds;
using Onboarding.Embedded.Tables;

namespace Onboarding.Embedded.Serving;

/// <summary>Turns objects into the <c>meta.k8s.io/v1 Table</c> that kubectl prints.</summary>
internal static class TableWriter
{
    /// <summary>Writes a table.</summary>
    /// <param name="kind">Kind of the objects.</param>
    /// <param name="objects">The objects.</param>
    /// <param name="metadata">List metadata.</param>
    /// <param name="include">The <c>includeObject</c> parameter: Metadata (default), Object or None.</param>
    /// <param name="columns">False where the client already has the column definitions.</param>
    /// <param name="now">The time ages refer to.</param>
    public static JsonObject Write(
        Kind kind, IEnumerable<JsonObject> objects, JsonObject metadata, string? include, bool columns, DateTimeOffset now) => new()
        {
            ["kind"] = "Table",
            ["apiVersion"] = "meta.k8s.io/v1",
            ["metadata"] = metadata,
            ["columnDefinitions"] = columns ? Definitions(kind) : new JsonArray(),
            ["rows"] = new JsonArray([.. objects.Select(o => Row(kind, o, include, now))]),
        };

    private static bool HasNameColumn(Kind kind) => kind.Name != "Event";

    private static JsonArray Definitions(Kind kind)
    {
        var definitions = new JsonArray();
        if (HasNameColumn(kind))
        {
            definitions.Add(Definition("Name", "string", "name"));
        }

        foreach (Column column in kind.Columns)
        {
            definitions.Add(Definition(column.Name, column.Type, "", column.Priority));
        }

        if (!HasNameColumn(kind))
        {
            definitions.Add(Definition("Name", "string", "name", 1));
        }

        return definitions;
    }

    private static JsonObject Definition(string name, string type, string format, int priority = 0) =>
        new() { ["name"] = name, ["type"] = type, ["format"] = format, ["description"] = $"{name}.", ["priority"] = priority };

    private static JsonObject Row(Kind kind, JsonObject value, string? include, DateTimeOffset now)
    {
        var cells = new JsonArray();
        if (HasNameColumn(kind))
        {
            cells.Add((JsonNode?)value.Text("metadata", "name"));
        }

        foreach (Column column in kind.Columns)
        {
            cells.Add(column.Cell(value, now));
        }

        if (!HasNameColumn(kind))
        {
            cells.Add((JsonNode?)value.Text("metadata", "name"));
        }

        var row = new JsonObject { ["cells"] = cells };
        switch (include)
        {
            case "None":
                row["object"] = null;
                break;
            case "Object":
                row["object"] = value.DeepClone();
                break;
            default:
                row["object"] = PartialObject.FromObject(value);
                break;
        }

        return row;
    }
}
