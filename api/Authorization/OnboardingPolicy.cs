using System.Text.Json.Nodes;
using Onboarding.Api.Meta;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Authorization;

/// <summary>
/// Says who may join which WorkloadGroups of its namespace (reference sections 2.3 and 6). Nothing joins without one.
/// </summary>
public sealed record OnboardingPolicy : IKubernetesObject<OnboardingPolicy>
{
    /// <inheritdoc/>
    public static ResourceDefinition Definition { get; } =
        new(ApiGroups.Authorization, ApiGroups.Version, "OnboardingPolicy", "onboardingpolicies");

    /// <inheritdoc/>
    public V1ObjectMeta Metadata { get; init; } = new();

    /// <summary>What the policy says; null if it has any error, so that half a policy is never in force.</summary>
    public OnboardingPolicySpec? Spec { get; init; }

    /// <summary>What the plane made of it.</summary>
    public OnboardingPolicyStatus? Status { get; init; }

    /// <summary>What is wrong with the spec, every error and warning.</summary>
    public IReadOnlyList<Problem> Problems { get; init; } = [];

    /// <summary>
    /// True if the stored object has <c>spec.deny</c>, readable or not: what can't be read may have been meant to keep somebody
    /// out, so its namespace admits nobody until it is repaired.
    /// </summary>
    public bool MentionsDeny => (SpecAsStored as JsonObject)?.ContainsKey("deny") ?? false;

    /// <summary>The spec as it came, if it came from JSON; what an object with problems is written back with.</summary>
    internal JsonNode? SpecAsStored { get; init; }

    /// <inheritdoc/>
    public static OnboardingPolicy FromJson(JsonObject json)
    {
        SpecReading<OnboardingPolicySpec> reading = SpecReading.Read(json, OnboardingPolicySpec.Read);
        return new OnboardingPolicy
        {
            Metadata = ObjectMetaJson.Read(json),
            Spec = reading.Spec,
            Status = OnboardingPolicyStatus.FromJson(json["status"] as JsonObject),
            Problems = reading.Problems,
            SpecAsStored = json["spec"]?.DeepClone(),
        };
    }

    /// <inheritdoc/>
    public JsonObject ToJson() => Definition.Start()
        .With("metadata", ObjectMetaJson.Write(Metadata))
        .With("spec", Spec?.ToJson() ?? SpecAsStored?.DeepClone())
        .With("status", Status?.ToJson());

    internal static OnboardingPolicy Read(MapReader reader)
    {
        V1ObjectMeta metadata = reader.ObjectMeta();
        OnboardingPolicySpec? spec = reader.Message("spec", OnboardingPolicySpec.Read, required: true);
        JsonObject json = reader.ToJson();
        reader.Ignore("status");
        return new OnboardingPolicy
        {
            Metadata = metadata,
            Spec = spec,
            Status = OnboardingPolicyStatus.FromJson(json["status"] as JsonObject),
            SpecAsStored = json["spec"]?.DeepClone(),
        };
    }
}
