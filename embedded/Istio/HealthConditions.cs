using System.Globalization;
using System.Text.Json.Nodes;
using Onboarding.Embedded.Json;
using Onboarding.Embedded.Kinds;
using Onboarding.Embedded.Serving;

namespace Onboarding.Embedded.Istio;

/// <summary>
/// Writes what sidecars report of their applications into WorkloadEntries, as istiod does: the condition <c>Healthy</c>, and only on
/// entries that are annotated for it.
/// </summary>
internal sealed class HealthConditions(ObjectService objects)
{
    private const string Annotation = "proxy.istio.io/health-checks-enabled";
    private const string Type = "Healthy";

    private static readonly WriteContext Writer = new("v1", "istiod") { Subresource = "status" };

    /// <summary>Writes a report; nothing if there is no entry that wants it.</summary>
    public async Task WriteAsync(WorkloadHealth report)
    {
        try
        {
            await objects.UpdateAsync(
                CustomKinds.WorkloadEntry, report.Namespace, report.WorkloadEntry, entry => With(entry, report), Writer);
        }
        catch (ApiException e) when (e.Reason is "NotFound" or "Conflict")
        {
            // Gone; or it changes all the time, and the next report will do.
        }
    }

    private static JsonObject With(JsonObject entry, WorkloadHealth report)
    {
        string? before = Last(entry).Text("lastProbeTime");
        bool isOlder = DateTimeOffset.TryParse(before, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset at)
            && at > report.Time;
        if (entry.Text("metadata", "annotations", Annotation) is null || isOlder)
        {
            return entry;
        }

        string now = report.Time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture);
        var condition = new JsonObject
        {
            ["type"] = Type,
            ["status"] = report.Healthy ? "True" : "False",
            ["lastProbeTime"] = now,
            ["lastTransitionTime"] = now,
        };
        if (report.Message.Length > 0)
        {
            condition["message"] = report.Message;
        }

        JsonNode[] others = [.. entry.List("status", "conditions").Where(c => c.Text("type") != Type).Select(c => c!.DeepClone())];
        entry.Child("status")["conditions"] = new JsonArray([.. others, condition]);
        return entry;
    }

    private static JsonNode? Last(JsonObject entry) => entry.List("status", "conditions").FirstOrDefault(c => c.Text("type") == Type);
}
