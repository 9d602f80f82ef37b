using System.Text.Json.Nodes;
using Onboarding.Api.Meta;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Authorization;

/// <summary>
/// Ours: lets the holder of a secret prove once that an operator meant it to join one WorkloadGroup of the same namespace. Holds
/// the secret's hash only. Admits nobody by itself: an OnboardingPolicy has to name it. Deleting it ends what it let in.
/// </summary>
public sealed record JoinToken : IKubernetesObject<JoinToken>
{
    /// <inheritdoc/>
    public static ResourceDefinition Definition { get; } = new(ApiGroups.Authorization, ApiGroups.Version, "JoinToken", "jointokens");

    /// <inheritdoc/>
    public V1ObjectMeta Metadata { get; init; } = new();

    /// <summary>What it is good for; null if the stored object can't be read, which then is good for nothing.</summary>
    public JoinTokenSpec? Spec { get; init; }

    /// <summary>What is wrong with the stored spec.</summary>
    public IReadOnlyList<Problem> Problems { get; init; } = [];

    internal JsonNode? SpecAsStored { get; init; }

    /// <inheritdoc/>
    public static JoinToken FromJson(JsonObject json)
    {
        SpecReading<JoinTokenSpec> reading = SpecReading.Read(json, JoinTokenSpec.Read);
        return new JoinToken
        {
            Metadata = ObjectMetaJson.Read(json),
            Spec = reading.Spec,
            Problems = reading.Problems,
            SpecAsStored = json["spec"]?.DeepClone(),
        };
    }

    /// <inheritdoc/>
    public JsonObject ToJson() => Definition.Start()
        .With("metadata", ObjectMetaJson.Write(Metadata))
        .With("spec", Spec?.ToJson() ?? SpecAsStored?.DeepClone());
}
