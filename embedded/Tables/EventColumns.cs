using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Onboarding.Embedded.Json;

namespace Onboarding.Embedded.Tables;

/// <summary>Cells of an Event. <c>kubectl get events</c> shows no name, so neither does this table's first column.</summary>
internal static class EventColumns
{
    public static ImmutableArray<Column> All { get; } =
    [
        new("Last Seen", "string", (e, now) => Column.Since(LastSeen(e), now)),
        Column.Text("Type", e => e.Text("type")),
        Column.Text("Reason", e => e.Text("reason")),
        Column.Text("Object", Object),
        Column.Text("Message", e => e.Text("message")?.Trim()),
    ];

    private static string? LastSeen(JsonObject @event) =>
        @event.Text("series", "lastObservedTime") ?? @event.Text("lastTimestamp") ?? @event.Text("eventTime") ??
        @event.Text("firstTimestamp") ?? @event.Text("metadata", "creationTimestamp");

    private static string Object(JsonObject @event)
    {
        string name = $"{@event.Text("involvedObject", "kind")?.ToLowerInvariant()}/{@event.Text("involvedObject", "name")}";
        return @event.Text("involvedObject", "fieldPath") is { } path ? $"{name} {path}" : name;
    }
}
