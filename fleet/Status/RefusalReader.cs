using System.Text.Json;
using System.Text.Json.Nodes;
using Onboarding.Api;
using Onboarding.Client.Errors;
using Onboarding.Fleet.Workloads;
using Onboarding.Kubernetes.Models;

namespace Onboarding.Fleet.Status;

/// <summary>Reads a refusal from the Event the plane wrote. What isn't as it should be is left out: anybody may write Events.</summary>
internal static class RefusalReader
{
    /// <summary>Reads one.</summary>
    /// <param name="refusal">The Event.</param>
    /// <returns>Null if it is none.</returns>
    public static StatusReport? Read(CoreV1Event refusal)
    {
        if (refusal.Reason is not (EventAnnotations.Refused or EventAnnotations.DryRunRefused) || refusal.InvolvedObject.Kind != "WorkloadGroup")
        {
            return null;
        }

        string? Text(string key) => refusal.Metadata.Annotations.GetValueOrDefault(key) is { Length: > 0 } text ? ForeignText.Clean(text) : null;
        return new StatusReport
        {
            Namespace = refusal.Metadata.Namespace ?? "",
            Group = refusal.InvolvedObject.Name ?? "",
            Instance = Text(EventAnnotations.Instance),
            Phase = MemberPhase.Refused,
            Since = refusal.LastTimestamp ?? refusal.FirstTimestamp ?? refusal.Metadata.CreationTimestamp,
            Reason = Text(EventAnnotations.Reason) is { } code ? RefusalErrors.IdOf(code) : null,
            LastSeen = refusal.LastTimestamp ?? refusal.Metadata.CreationTimestamp,
            Explanation = Text(EventAnnotations.Explanation) ?? ForeignText.CleanIfAny(refusal.Message),
            IdentityJson = Parse(Text(EventAnnotations.Identity)) is JsonObject identity ? identity.ToJsonString() : null,
            Remediation = Remediation(refusal, Text),
            CorrelationIds = Parse(Text(EventAnnotations.CorrelationIds)) is JsonArray ids ? [.. ids.OfType<JsonValue>().Select(i => i.ToString())] : [],
            Count = refusal.Count,
        };
    }

    // Where the plane only knows that no policy is about this identity, the policy that would be is worth more than a look at the others.
    private static string? Remediation(CoreV1Event refusal, Func<string, string?> text)
    {
        string? said = text(EventAnnotations.Remediation);
        bool generic = said is null || said.EndsWith(" get onboardingpolicies", StringComparison.Ordinal);
        return generic && text(EventAnnotations.Reason) == Reasons.NotAuthorized && Parse(text(EventAnnotations.Identity)) is JsonObject identity
            ? PolicySuggestion.ForIdentity(identity, refusal.Metadata.Namespace ?? "", refusal.InvolvedObject.Name ?? "") ?? said
            : said;
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
