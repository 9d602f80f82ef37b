using System.Globalization;
using System.Text.Json.Nodes;
using Onboarding.Embedded.Json;

namespace Onboarding.Embedded.Istio;

/// <summary>What istiod notes on a WorkloadEntry about the proxy that has it.</summary>
internal static class EntryAnnotations
{
    public const string HealthChecksEnabled = "proxy.istio.io/health-checks-enabled";

    private const string Controller = "istio.io/workloadController";
    private const string ConnectedAt = "istio.io/connectedAt";
    private const string DisconnectedAt = "istio.io/disconnectedAt";

    /// <summary>True if proxies of the entry may report health; whether it then counts depends on the annotation's value.</summary>
    public static bool TakesHealth(JsonObject entry) => Text(entry, HealthChecksEnabled) is not null;

    /// <summary>True if this istiod has the entry's proxy.</summary>
    public static bool BelongsTo(JsonObject entry, string instance) => Text(entry, Controller) == instance;

    /// <summary>True while no proxy has the entry.</summary>
    public static bool IsDisconnected(JsonObject entry) => Text(entry, ConnectedAt) is null && Text(entry, DisconnectedAt) is not null;

    /// <summary>Notes that a proxy has the entry, unless something later is known.</summary>
    public static void Connect(JsonObject entry, string instance, DateTimeOffset at)
    {
        // A connect that was worked on slowly: the proxy is gone again, or has another stream by now.
        if (Time(entry, DisconnectedAt) > at || Time(entry, ConnectedAt) > at
            || (BelongsTo(entry, instance) && Time(entry, ConnectedAt) == at))
        {
            return;
        }

        JsonObject annotations = entry.Metadata().Child("annotations");
        annotations[Controller] = instance;
        annotations[ConnectedAt] = Format(at);
        annotations.Remove(DisconnectedAt);
    }

    /// <summary>Notes that the proxy which connected at a time is gone, unless another one, or another istiod, has the entry.</summary>
    public static void Disconnect(JsonObject entry, string instance, DateTimeOffset connected, DateTimeOffset at)
    {
        DateTimeOffset? latest = Time(entry, ConnectedAt);
        if (!BelongsTo(entry, instance) || latest > connected || latest > at)
        {
            return;
        }

        JsonObject annotations = entry.Metadata().Child("annotations");
        annotations.Remove(ConnectedAt);
        annotations[DisconnectedAt] = Format(at);
    }

    /// <summary>RFC 3339 with the fraction that there is, as Go prints it.</summary>
    public static string Format(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);

    /// <summary>The time of a text; null if it is none.</summary>
    public static DateTimeOffset? Parse(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time) ? time : null;

    private static DateTimeOffset? Time(JsonObject entry, string annotation) => Parse(Text(entry, annotation));

    private static string? Text(JsonObject entry, string annotation) => entry.Text("metadata", "annotations", annotation);
}
