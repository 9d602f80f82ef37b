using System.Text.Json.Nodes;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Meta;

/// <summary>Conditions as JSON.</summary>
public static class ConditionJson
{
    /// <summary>The conditions of a status; items that are no conditions are left out.</summary>
    /// <param name="status">The status.</param>
    public static IReadOnlyList<V1Condition> Read(JsonObject status)
    {
        ArgumentNullException.ThrowIfNull(status);
        return [.. status.ObjectsOf("conditions").Where(json => json.TextOf("type") is not null).Select(ReadOne)];
    }

    /// <summary>A condition as it is sent to the server.</summary>
    /// <param name="condition">The condition.</param>
    public static JsonObject Write(V1Condition condition)
    {
        ArgumentNullException.ThrowIfNull(condition);
        return new JsonObject()
            .With("type", condition.Type)
            .With("status", condition.Status)
            .With("reason", condition.Reason)
            .With("message", condition.Message)
            .With("lastTransitionTime", condition.LastTransitionTime)
            .With("observedGeneration", condition.ObservedGeneration);
    }

    private static V1Condition ReadOne(JsonObject json) => new()
    {
        Type = json.SharedTextOf("type")!,
        Status = json.SharedTextOf("status") ?? "Unknown",
        Reason = json.SharedTextOf("reason"),
        Message = json.SharedTextOf("message"),
        LastTransitionTime = json.TimeOf("lastTransitionTime"),
        ObservedGeneration = json.IntegerOf("observedGeneration"),
    };
}
