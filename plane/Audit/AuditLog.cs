using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Onboarding.Plane.Refusals;
using Onboarding.Plane.Telemetry;

namespace Onboarding.Plane.Audit;

/// <summary>Records every decision of the plane as one line of JSON.</summary>
internal sealed class AuditLog(IAuditSink sink, PlaneMetrics metrics, TimeProvider time)
{
    // Untrusted text is escaped by the serializer: no caller can put a line break, and with it a line, into the log.
    // Of docs/reference/audit.md. Fields are added without raising it; none changes its meaning or goes.
    private const int SchemaVersion = 1;

    private static readonly JsonSerializerOptions OneLine = new() { WriteIndented = false };

    /// <summary>Records that what was asked for was done.</summary>
    public void Allowed(AuditRecord record)
    {
        metrics.Decided(record.Action, null);
        Write(record, "allow", null);
    }

    /// <summary>Records that it was refused.</summary>
    public void Denied(AuditRecord record, Refusal refusal)
    {
        metrics.Decided(record.Action, refusal.Reason);
        Write(record, "deny", refusal);
    }

    /// <summary>Counts a refusal that gets no record of its own: one before it says how many follow.</summary>
    public void LeftOut(AuditRecord record, Refusal refusal) => metrics.Decided(record.Action, refusal.Reason);

    private void Write(AuditRecord record, string outcome, Refusal? refusal)
    {
        var line = new JsonObject
        {
            ["schema"] = SchemaVersion,
            ["time"] = time.GetUtcNow().UtcDateTime.ToString("O", CultureInfo.InvariantCulture),
            ["action"] = record.Action,
            ["outcome"] = outcome,
            ["correlationId"] = record.CorrelationId,
            ["source"] = record.Source,
        };
        Add(line, "reason", refusal?.Reason);
        Add(line, "message", refusal?.Message);
        Add(line, "group", record.GroupName is null ? null : $"{record.GroupNamespace}/{record.GroupName}");
        Add(line, "registration", record.Registration);
        Add(line, "key", record.Key);
        Add(line, "tokenId", record.TokenId);
        Add(line, "policy", record.Policy);
        Add(line, "nearestMiss", record.NearestMiss);
        Add(line, "detail", refusal?.Detail ?? record.Detail);
        if (record.Rule is { } rule)
        {
            line["rule"] = rule;
        }

        if (record.Identity is { } identity)
        {
            line["identity"] = identity.ToJson();
        }

        if (record.Inputs is { } inputs)
        {
            line["inputs"] = inputs.ToJson();
        }

        if (record.Repeated > 0)
        {
            line["repeated"] = record.Repeated;
        }

        if (record.Explanation.Count > 0)
        {
            line["explanation"] = new JsonArray([.. record.Explanation.Select(e => (JsonNode)e)]);
        }

        sink.Write(line.ToJsonString(OneLine));
    }

    private static void Add(JsonObject line, string name, string? value)
    {
        if (value is not null)
        {
            line[name] = value;
        }
    }
}
