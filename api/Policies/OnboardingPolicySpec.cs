using System.Text.Json.Nodes;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Policies;

/// <summary>What a policy says.</summary>
public sealed record OnboardingPolicySpec
{
    /// <summary>Rules, any of which admits; at least one where <see cref="Deny"/> is empty.</summary>
    public IReadOnlyList<OnboardingPolicyRule> Allow { get; init; } = [];

    /// <summary>Ours: rules, any of which keeps out, whatever any policy of the namespace allows.</summary>
    public IReadOnlyList<DenyRule> Deny { get; init; } = [];

    internal static OnboardingPolicySpec Read(MapReader reader)
    {
        IReadOnlyList<DenyRule> deny = reader.Messages("deny", DenyRule.Read);
        return new OnboardingPolicySpec
        {
            Allow = reader.Messages("allow", OnboardingPolicyRule.Read, required: deny.Count == 0),
            Deny = deny,
        };
    }

    internal JsonObject ToJson() => new JsonObject()
        .With("allow", Allow, rule => rule.ToJson())
        .With("deny", Deny, rule => rule.ToJson());
}
