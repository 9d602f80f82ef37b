using System.Text.Json.Nodes;
using Onboarding.Embedded.Json;

namespace Onboarding.Embedded.Tables;

/// <summary>A column of the table a kind is shown as.</summary>
/// <param name="Name">Title; clients show it in capitals.</param>
/// <param name="Type">OpenAPI type of the cells.</param>
/// <param name="Cell">The cell of an object at a time.</param>
internal sealed record Column(string Name, string Type, Func<JsonObject, DateTimeOffset, JsonNode?> Cell)
{
    /// <summary>Where there is no value.</summary>
    public const string Unknown = "<unknown>";

    /// <summary>1 for what <c>kubectl get -o wide</c> alone shows.</summary>
    public int Priority { get; init; }

    public static Column Age { get; } = new("Age", "string", (o, now) => Since(o.Text("metadata", "creationTimestamp"), now));

    public static Column CreatedAt { get; } = new("Created At", "date", (o, _) => o.Text("metadata", "creationTimestamp"));

    public static Column Text(string name, Func<JsonObject, string?> cell) => new(name, "string", (o, _) => cell(o));

    public static Column Number(string name, Func<JsonObject, int> cell) => new(name, "integer", (o, _) => cell(o));

    /// <summary>The age of a timestamp as clients show it.</summary>
    public static string Since(string? timestamp, DateTimeOffset now) =>
        DateTimeOffset.TryParse(timestamp, System.Globalization.CultureInfo.InvariantCulture, out DateTimeOffset time)
            ? HumanDuration.Format(now - time)
            : Unknown;
}
