using System.Globalization;
using System.Text.Json.Nodes;
using Onboarding.Api.Meta;

namespace Onboarding.Kubernetes.Models;

/// <summary>Something that happened to an object, for people who look at it (<c>v1 Event</c>).</summary>
public sealed record CoreV1Event : IKubernetesObject<CoreV1Event>
{
    /// <inheritdoc/>
    public static ResourceDefinition Definition { get; } = new("", "v1", "Event", "events");

    /// <inheritdoc/>
    public V1ObjectMeta Metadata { get; init; } = new();

    /// <summary>The object it happened to; in the event's namespace.</summary>
    public V1ObjectReference InvolvedObject { get; init; } = new();

    /// <summary><c>Normal</c> or <c>Warning</c>.</summary>
    public string? Type { get; init; }

    /// <summary>What, CamelCase, for programs.</summary>
    public string? Reason { get; init; }

    /// <summary>What, for people; at most 1,024 bytes.</summary>
    public string? Message { get; init; }

    /// <summary>Program that saw it, e.g. <c>onboarding-plane</c>.</summary>
    public string? Component { get; init; }

    /// <summary>When it was seen first.</summary>
    public DateTimeOffset? FirstTimestamp { get; init; }

    /// <summary>When it was seen last.</summary>
    public DateTimeOffset? LastTimestamp { get; init; }

    /// <summary>How often it was seen.</summary>
    public int Count { get; init; } = 1;

    private ObjectSource Source { get; init; } = ObjectSource.None;

    /// <inheritdoc/>
    public static CoreV1Event FromJson(JsonObject json) => new()
    {
        Metadata = ObjectMetaJson.Read(json),
        InvolvedObject = V1ObjectReference.FromJson(json.Object("involvedObject") ?? []),
        Type = json.Text("type"),
        Reason = json.Text("reason"),
        Message = json.Text("message"),
        Component = json.Object("source")?.Text("component"),
        FirstTimestamp = json.Time("firstTimestamp"),
        LastTimestamp = json.Time("lastTimestamp"),
        Count = (int)(json.Number("count") ?? 1),
        Source = new ObjectSource(json),
    };

    /// <inheritdoc/>
    public JsonObject ToJson()
    {
        JsonObject json = Source.ToJson(Definition, Metadata);
        json["involvedObject"] = InvolvedObject.ToJson();
        json.Put("type", Type);
        json.Put("reason", Reason);
        json.Put("message", Message);
        json.Put("source", Component is null ? null : new JsonObject { ["component"] = Component });
        json.Put("firstTimestamp", Seconds(FirstTimestamp));
        json.Put("lastTimestamp", Seconds(LastTimestamp));
        json.Put("count", Count);
        return json;
    }

    private static string? Seconds(DateTimeOffset? time) =>
        time?.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
}
