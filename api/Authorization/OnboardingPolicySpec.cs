using System.Text.Json.Nodes;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Authorization;

/// <summary>What a policy says.</summary>
public sealed record OnboardingPolicySpec
{
    /// <summary>Rules, any of which admits; at least one.</summary>
    public IReadOnlyList<OnboardingPolicyRule> Allow { get; init; } = [];

    internal static OnboardingPolicySpec Read(MapReader reader) =>
        new() { Allow = reader.Messages("allow", OnboardingPolicyRule.Read, required: true) };

    internal JsonObject ToJson() => new JsonObject().With("allow", Allow, rule => rule.ToJson());
}
