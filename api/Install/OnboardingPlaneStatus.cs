using System.Text.Json.Nodes;
using Onboarding.Api.Meta;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Install;

/// <summary>What the plane made of its configuration.</summary>
public sealed record OnboardingPlaneStatus
{
    /// <summary>Ours: the plane's uid, made once where <c>spec.uid</c> isn't set.</summary>
    public string? Uid { get; init; }

    /// <summary><c>metadata.generation</c> the status is about.</summary>
    public long? ObservedGeneration { get; init; }

    /// <summary>Conditions, of the rollout among them; whether the configuration is in force the plane logs.</summary>
    public IReadOnlyList<V1Condition> Conditions { get; init; } = [];

    internal static OnboardingPlaneStatus? FromJson(JsonObject? json) => json is null ? null : new OnboardingPlaneStatus
    {
        Uid = json.TextOf("uid"),
        ObservedGeneration = json.IntegerOf("observedGeneration"),
        Conditions = ConditionJson.Read(json),
    };

    internal JsonObject ToJson() => new JsonObject()
        .With("uid", Uid)
        .With("observedGeneration", ObservedGeneration)
        .With("conditions", Conditions, ConditionJson.Write);
}
