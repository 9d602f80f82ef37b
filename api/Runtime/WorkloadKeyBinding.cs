using System.Text.Json.Nodes;
using Onboarding.Api.Meta;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Runtime;

/// <summary>
/// Ours: binds an identity to the key of the machine that first proved it. Lives in the plane's namespace under a name made of
/// the identity, so that creating it is the atomic claim. It outlives the registration; deleting it is the operator's reset.
/// </summary>
public sealed record WorkloadKeyBinding : IKubernetesObject<WorkloadKeyBinding>
{
    /// <inheritdoc/>
    public static ResourceDefinition Definition { get; } =
        new(ApiGroups.Runtime, ApiGroups.Version, "WorkloadKeyBinding", "workloadkeybindings");

    /// <inheritdoc/>
    public V1ObjectMeta Metadata { get; init; } = new();

    /// <summary>The binding; null if the stored object can't be read, which then binds nobody and lets nobody in.</summary>
    public WorkloadKeyBindingSpec? Spec { get; init; }

    /// <summary>What is wrong with the stored spec.</summary>
    public IReadOnlyList<Problem> Problems { get; init; } = [];

    internal JsonNode? SpecAsStored { get; init; }

    /// <inheritdoc/>
    public static WorkloadKeyBinding FromJson(JsonObject json)
    {
        SpecReading<WorkloadKeyBindingSpec> reading = SpecReading.Read(json, WorkloadKeyBindingSpec.Read);
        return new WorkloadKeyBinding
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
