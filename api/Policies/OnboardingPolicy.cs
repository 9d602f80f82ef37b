using System.Text.Json.Nodes;
using Onboarding.Api.Meta;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Policies;

/// <summary>
/// Says who may join which WorkloadGroups of its namespace (reference sections 2.3 and 6). Nothing joins without one.
/// </summary>
public sealed record OnboardingPolicy : CustomResource<OnboardingPolicySpec>, IKubernetesObject<OnboardingPolicy>
{
    /// <summary>Makes an empty one.</summary>
    public OnboardingPolicy()
    {
    }

    private OnboardingPolicy(JsonObject json)
        : base(json, OnboardingPolicySpec.Read)
    {
    }

    private OnboardingPolicy(MapReader reader)
        : base(reader, OnboardingPolicySpec.Read)
    {
    }

    /// <inheritdoc/>
    public static ResourceDefinition Definition { get; } =
        new(ApiGroups.Authorization, ApiGroups.Version, "OnboardingPolicy", "onboardingpolicies");

    /// <summary>What the plane made of it.</summary>
    public OnboardingPolicyStatus? Status { get; init; }

    /// <summary>
    /// True if the stored object has <c>spec.deny</c>, readable or not: what can't be read may have been meant to keep someone
    /// out, so its namespace admits no workload until it is repaired.
    /// </summary>
    public bool MentionsDeny => (SpecAsStored as JsonObject)?.ContainsKey("deny") ?? false;

    /// <inheritdoc/>
    public static OnboardingPolicy FromJson(JsonObject json) =>
        new(json) { Status = OnboardingPolicyStatus.FromJson(json["status"] as JsonObject) };

    /// <inheritdoc/>
    public JsonObject ToJson() => Write(Definition, Spec?.ToJson()).With("status", Status?.ToJson());

    internal static OnboardingPolicy Read(MapReader reader) =>
        new(reader) { Status = OnboardingPolicyStatus.FromJson(reader.ToJson()["status"] as JsonObject) };
}
