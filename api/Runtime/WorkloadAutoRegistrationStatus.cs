using System.Text.Json.Nodes;
using Onboarding.Api.Meta;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Runtime;

/// <summary>How a registration is doing.</summary>
public sealed record WorkloadAutoRegistrationStatus
{
    /// <summary><c>metadata.generation</c> the status is about.</summary>
    public long? ObservedGeneration { get; init; }

    /// <summary>Conditions; <c>AgentConnected</c> is the one kubectl shows.</summary>
    public IReadOnlyList<V1Condition> Conditions { get; init; } = [];

    /// <summary>The agent's connection; null while there is none.</summary>
    public ActiveAgentConnection? ActiveAgentConnection { get; init; }

    /// <summary>Ours: the latest session, ended or not.</summary>
    public SessionStatus? Session { get; init; }

    /// <summary>Ours: the boot configuration the workload should have and has.</summary>
    public BootConfigurationState? BootConfiguration { get; init; }

    internal static WorkloadAutoRegistrationStatus? FromJson(JsonObject? json) => json is null ? null : new WorkloadAutoRegistrationStatus
    {
        ObservedGeneration = json.IntegerOf("observedGeneration"),
        Conditions = ConditionJson.Read(json),
        ActiveAgentConnection = ActiveAgentConnection.FromJson(json["activeAgentConnection"] as JsonObject),
        Session = SessionStatus.FromJson(json["session"] as JsonObject),
        BootConfiguration = BootConfigurationState.FromJson(json["bootConfiguration"] as JsonObject),
    };

    internal JsonObject ToJson() => new JsonObject()
        .With("observedGeneration", ObservedGeneration)
        .With("conditions", Conditions, ConditionJson.Write)
        .With("activeAgentConnection", ActiveAgentConnection?.ToJson())
        .With("session", Session?.ToJson())
        .With("bootConfiguration", BootConfiguration?.ToJson());
}

/// <summary>An agent's connection.</summary>
/// <param name="ConnectedTo">Name of the plane instance that holds it; not empty.</param>
public sealed record ActiveAgentConnection(string ConnectedTo)
{
    internal static ActiveAgentConnection? FromJson(JsonObject? json) =>
        json?.TextOf("connectedTo") is { Length: > 0 } instance ? new ActiveAgentConnection(instance) : null;

    internal JsonObject ToJson() => new JsonObject().With("connectedTo", ConnectedTo);
}
