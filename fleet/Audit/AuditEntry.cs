using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Onboarding.Api;
using Onboarding.Client.Errors;

namespace Onboarding.Fleet.Audit;

/// <summary>A line of the plane's audit log (docs/reference/audit.md).</summary>
public sealed class AuditEntry
{
    private readonly JsonObject _json;

    private AuditEntry(JsonObject json, DateTimeOffset time)
    {
        _json = json;
        Time = time;
    }

    /// <summary>When it was written.</summary>
    public DateTimeOffset Time { get; }

    /// <summary>What was asked for.</summary>
    public string Action => Text("action") ?? "";

    /// <summary>True if it was done.</summary>
    public bool IsAllowed => Text("outcome") == "allow";

    /// <summary>What the caller was told to find it by.</summary>
    public string CorrelationId => Text("correlationId") ?? "";

    /// <summary>Where the call came from.</summary>
    public string Source => Text("source") ?? "";

    /// <summary>Of a refusal: the reason code.</summary>
    public string? Reason => Text("reason");

    /// <summary>Of a refusal: the error id that its machine saw.</summary>
    public string? ErrorId => Reason is { } reason ? RefusalErrors.IdOf(reason) : null;

    /// <summary>Of a refusal: what the caller was told.</summary>
    public string? Message => Text("message");

    /// <summary>Namespace of the group.</summary>
    public string? Namespace => Text("group")?.Split('/') is [var ns, _] ? ns : null;

    /// <summary>The group.</summary>
    public string? Group => Text("group")?.Split('/') is [_, var name] ? name : null;

    /// <summary>The registration.</summary>
    public string? Registration => Text("registration");

    /// <summary>Thumbprint of the agent's key.</summary>
    public string? Key => Text("key");

    /// <summary>What admitted.</summary>
    public string? Policy => Text("policy");

    /// <summary>Its rule, counted from 1.</summary>
    public int? Rule => Number("rule");

    /// <summary>The rule that came closest, and what it lacked.</summary>
    public string? NearestMiss => Text("nearestMiss");

    /// <summary>What only the operator is told.</summary>
    public string? Detail => Text("detail");

    /// <summary>How many more of the same have no record of their own.</summary>
    public int Repeated => Number("repeated") ?? 0;

    /// <summary>Who was proved to ask, as JSON.</summary>
    public string? IdentityJson => (_json["identity"] as JsonObject)?.ToJsonString();

    /// <summary>What the decision read; null where none was made.</summary>
    public JsonObject? Inputs => _json["inputs"] as JsonObject;

    /// <summary>Reads a line: of the audit log, or of the log that it is in (<c>kubectl logs</c>).</summary>
    /// <param name="line">The line.</param>
    /// <param name="entry">The entry; null if it is another log line, or can't be read.</param>
    /// <returns>False if it was meant to be one and can't be read.</returns>
    public static bool TryRead(string line, out AuditEntry? entry)
    {
        ArgumentNullException.ThrowIfNull(line);
        entry = null;
        int start = line.IndexOf('{', StringComparison.Ordinal);
        // In the ordinary log an audit line is one of event 4500; everything else there isn't for us.
        bool isLogged = line.Contains("Onboarding.Audit[4500]", StringComparison.Ordinal);
        if (line.Length == 0 || (start != 0 && !isLogged && IsLogLine(line)))
        {
            return true;
        }

        try
        {
            if (start >= 0 && JsonNode.Parse(line[start..]) is JsonObject json && json["schema"] is JsonValue schema && schema.TryGetValue(out int version)
                && version == 1 && json["time"] is JsonValue at && at.TryGetValue(out string? text)
                && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time))
            {
                entry = new AuditEntry(json, time);
                return true;
            }
        }
        catch (JsonException)
        {
            return false;
        }

        return false;
    }

    // "12:00:00.123 info: Category[4001] text", perhaps after the pod's name.
    private static bool IsLogLine(string line) =>
        line.Contains(" info: ", StringComparison.Ordinal) || line.Contains(" warn: ", StringComparison.Ordinal) || line.Contains(" fail: ", StringComparison.Ordinal)
        || line.Contains(" dbug: ", StringComparison.Ordinal) || line.Contains(" crit: ", StringComparison.Ordinal) || line.StartsWith("      ", StringComparison.Ordinal);

    // Machines and strangers have a say in what is recorded, and a person will read it in a terminal.
    private string? Text(string name) => _json[name] is JsonValue value && value.TryGetValue(out string? text) ? ForeignText.Clean(text) : null;

    private int? Number(string name) => _json[name] is JsonValue value && value.TryGetValue(out int number) ? number : null;
}
