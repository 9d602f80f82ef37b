using System.Text.Json.Nodes;
using Onboarding.Api.Meta;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Policies;

/// <summary>What the plane made of a policy.</summary>
public sealed record OnboardingPolicyStatus
{
    /// <summary><c>metadata.generation</c> the status is about.</summary>
    public long? ObservedGeneration { get; init; }

    /// <summary>Conditions; <c>Accepted</c> says whether the policy counts.</summary>
    public IReadOnlyList<V1Condition> Conditions { get; init; } = [];

    /// <summary>Ours: every error, as <c>path: message</c>.</summary>
    public IReadOnlyList<string> Problems { get; init; } = [];

    /// <summary>Ours: what someone should look at, as <c>path: message</c>; the policy counts all the same.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Ours: registrations that some rule of the policy admits.</summary>
    public int? Members { get; init; }

    /// <summary>Ours: the same for each rule of <c>spec.allow</c>.</summary>
    public IReadOnlyList<RuleMembers> Rules { get; init; } = [];

    internal static OnboardingPolicyStatus? FromJson(JsonObject? json) => json is null ? null : new OnboardingPolicyStatus
    {
        ObservedGeneration = json.IntegerOf("observedGeneration"),
        Conditions = ConditionJson.Read(json),
        Problems = json.TextsOf("problems"),
        Warnings = json.TextsOf("warnings"),
        Members = (int?)json.IntegerOf("members"),
        Rules = [.. json.ObjectsOf("rules").Select(RuleMembers.FromJson).OfType<RuleMembers>()],
    };

    internal JsonObject ToJson() => new JsonObject()
        .With("observedGeneration", ObservedGeneration)
        .With("conditions", Conditions, ConditionJson.Write)
        .With("problems", Problems)
        .With("warnings", Warnings)
        .With("members", (long?)Members)
        .With("rules", Rules, rule => rule.ToJson());
}
