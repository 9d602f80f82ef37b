using System.Text.Json;
using System.Text.Json.Nodes;
using Onboarding.Client.Errors;
using Onboarding.Engine.Workloads;
using Onboarding.Kubernetes.Models;

namespace Onboarding.Engine.Status;

/// <summary>Reads a refusal from the Event the plane wrote. What isn't as it should be is left out: anybody may write Events.</summary>
internal static class RefusalReader
{
    /// <summary>Reads one.</summary>
    /// <param name="refusal">The Event.</param>
    /// <returns>Null if it is none.</returns>
    public static StatusReport? Read(CoreV1Event refusal)
    {
        if (refusal.Reason != RefusalEvents.Reason || refusal.InvolvedObject.Kind != "WorkloadGroup")
        {
            return null;
        }

        string? Text(string key) => refusal.Metadata.Annotations.GetValueOrDefault(key) is { Length: > 0 } text ? text : null;
        return new StatusReport
        {
            Namespace = refusal.Metadata.Namespace ?? "",
            Group = refusal.InvolvedObject.Name ?? "",
            Instance = Text(RefusalEvents.Instance),
            Phase = MemberPhase.Refused,
            Since = refusal.LastTimestamp ?? refusal.FirstTimestamp ?? refusal.Metadata.CreationTimestamp,
            Reason = Text(RefusalEvents.ReasonCode) is { } code ? RefusalErrors.IdOf(code) : null,
            LastSeen = refusal.LastTimestamp ?? refusal.Metadata.CreationTimestamp,
            Explanation = Text(RefusalEvents.Explanation) ?? refusal.Message,
            Identity = Parse(Text(RefusalEvents.Identity)) is JsonObject identity ? IdentityText.Of(identity) : null,
            Remediation = Text(RefusalEvents.Remediation),
            CorrelationIds = Parse(Text(RefusalEvents.CorrelationIds)) is JsonArray ids ? [.. ids.OfType<JsonValue>().Select(i => i.ToString())] : [],
            Count = refusal.Count,
        };
    }

    private static JsonNode? Parse(string? json)
    {
        try
        {
            return json is null ? null : JsonNode.Parse(json);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
