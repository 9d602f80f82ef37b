using System.Text.Json.Nodes;
using Google.Protobuf.WellKnownTypes;
using Onboarding.Api.Control;

namespace Onboarding.AgentHost.Commands;

/// <summary>A status as one JSON object; the names are those of <c>control.proto</c>, what isn't known is left out.</summary>
internal static class StatusJson
{
    public static string Write(AgentStatus status)
    {
        var json = new JsonObject
        {
            ["phase"] = status.Phase.ToString(),
            ["phaseSince"] = Time(status.PhaseSince),
            ["namespace"] = status.Namespace,
            ["workloadGroup"] = status.WorkloadGroup,
            ["registration"] = Text(status.Registration),
            ["registrationUid"] = Text(status.RegistrationUid),
            ["address"] = Text(status.Address),
            ["spiffeId"] = Text(status.SpiffeId),
            ["endpoint"] = status.Endpoint,
            ["instance"] = Text(status.Instance),
            ["transportVerified"] = status.TransportVerified,
            ["policy"] = Text(status.Policy),
            ["tokenExpiresAt"] = Time(status.TokenExpiresAt),
            ["bootDirectory"] = Text(status.BootDirectory),
            ["bootGeneration"] = status.BootGeneration,
            ["owner"] = new JsonObject { ["kind"] = status.OwnerKind, ["processId"] = status.OwnerProcessId },
            ["agentVersion"] = status.AgentVersion,
            ["stateDirectory"] = status.StateDirectory,
            ["timeline"] = new JsonArray([.. status.Timeline.Select(Milestone)]),
            ["sidecar"] = Sidecar(status.Sidecar),
            ["failure"] = status.Failure is null ? null : Failure(status.Failure),
            ["steps"] = new JsonArray([.. status.Steps.Select(Step)]),
        };
        return Compact(json).ToJsonString();
    }

    /// <summary>Who the machine is in the mesh.</summary>
    public static string WriteIdentity(AgentStatus status) => Compact(new JsonObject
    {
        ["spiffeId"] = Text(status.SpiffeId),
        ["namespace"] = status.Namespace,
        ["workloadGroup"] = status.WorkloadGroup,
        ["registration"] = Text(status.Registration),
        ["address"] = Text(status.Address),
        ["certificateExpiresAt"] = Time(status.Sidecar.CertificateExpiresAt),
    }).ToJsonString();

    /// <summary>A sidecar.</summary>
    public static string Write(MeshSidecar sidecar) => Sidecar(sidecar).ToJsonString();

    /// <summary>A step on the way, within <c>step</c>: told apart from the status that follows.</summary>
    public static string Write(Step step) => new JsonObject { ["step"] = Step(step) }.ToJsonString();

    private static JsonNode Milestone(Milestone milestone) => new JsonObject
    {
        ["phase"] = milestone.BootConfiguration ? "Booted" : milestone.Phase.ToString(),
        ["milliseconds"] = milestone.Took.ToTimeSpan().TotalMilliseconds,
    };

    private static JsonObject Sidecar(MeshSidecar sidecar) => Compact(new JsonObject
    {
        ["name"] = sidecar.Name,
        ["phase"] = sidecar.Phase.ToString(),
        ["kind"] = sidecar.Kind,
        ["processId"] = sidecar.ProcessId == 0 ? null : sidecar.ProcessId,
        ["revision"] = sidecar.Revision,
        ["ready"] = sidecar.Ready,
        ["startedAt"] = Time(sidecar.StartedAt),
        ["certificateExpiresAt"] = Time(sidecar.CertificateExpiresAt),
        ["message"] = Text(sidecar.Message),
        ["capture"] = sidecar.Capture is not { } capture ? null : new JsonObject
        {
            ["state"] = capture.State,
            ["start"] = capture.Start,
            ["onFailure"] = capture.OnFailure,
        },
        ["logFiles"] = sidecar.LogFiles.Count == 0 ? null : new JsonArray([.. sidecar.LogFiles.Select(f => JsonValue.Create(f))]),
        ["notices"] = sidecar.Notices.Count == 0 ? null : new JsonArray([.. sidecar.Notices.Select(n => JsonValue.Create(n))]),
    });

    private static JsonObject Failure(Failure failure) => Compact(new JsonObject
    {
        ["errorId"] = failure.ErrorId,
        ["message"] = failure.Message,
        ["nextStep"] = failure.NextStep,
        ["reason"] = Text(failure.Reason),
        ["correlationId"] = Text(failure.CorrelationId),
    });

    private static JsonNode Step(Step step) => new JsonObject
    {
        ["id"] = step.Id,
        ["name"] = step.Name,
        ["time"] = Time(step.Time),
        ["message"] = step.Message,
    };

    private static JsonObject Compact(JsonObject json)
    {
        foreach (string name in json.Where(p => p.Value is null).Select(p => p.Key).ToArray())
        {
            json.Remove(name);
        }

        return json;
    }

    private static string? Text(string text) => text.Length == 0 ? null : text;

    private static string? Time(Timestamp? time) => time?.ToDateTimeOffset().ToString("O", System.Globalization.CultureInfo.InvariantCulture);
}
