using System.Text.Json.Nodes;
using Onboarding.Api.Meta;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Authorization;

/// <summary>What the plane made of a policy.</summary>
public sealed record OnboardingPolicyStatus
{
    /// <summary><c>metadata.generation</c> the status is about.</summary>
    public long? ObservedGeneration { get; init; }

    /// <summary>Conditions; <c>Accepted</c> says whether the policy counts.</summary>
    public IReadOnlyList<V1Condition> Conditions { get; init; } = [];

    internal static OnboardingPolicyStatus? FromJson(JsonObject? json) => json is null ? null : new OnboardingPolicyStatus
    {
        ObservedGeneration = json.IntegerOf("observedGeneration"),
        Conditions = ConditionJson.Read(json),
    };

    internal JsonObject ToJson() => new JsonObject()
        .With("observedGeneration", ObservedGeneration)
        .With("conditions", Conditions, ConditionJson.Write);
}
