using System.Text.Json.Nodes;
using Onboarding.Api.Meta;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Runtime;

/// <summary>
/// A workload that joined (reference section 2.4). The plane makes it in the group's namespace, owned by the WorkloadGroup;
/// deleting it makes the workload join again.
/// </summary>
public sealed record WorkloadAutoRegistration : IKubernetesObject<WorkloadAutoRegistration>
{
    /// <inheritdoc/>
    public static ResourceDefinition Definition { get; } =
        new(ApiGroups.Runtime, ApiGroups.Version, "WorkloadAutoRegistration", "workloadautoregistrations");

    /// <summary>Short name of the kind for kubectl.</summary>
    public const string ShortName = "war";

    /// <inheritdoc/>
    public V1ObjectMeta Metadata { get; init; } = new();

    /// <summary>Who joined and with what; null if the stored object can't be read, which is then nobody's registration.</summary>
    public WorkloadAutoRegistrationSpec? Spec { get; init; }

    /// <summary>How it is doing.</summary>
    public WorkloadAutoRegistrationStatus? Status { get; init; }

    /// <summary>What is wrong with the stored spec.</summary>
    public IReadOnlyList<Problem> Problems { get; init; } = [];

    internal JsonNode? SpecAsStored { get; init; }

    /// <inheritdoc/>
    public static WorkloadAutoRegistration FromJson(JsonObject json)
    {
        SpecReading<WorkloadAutoRegistrationSpec> reading = SpecReading.Read(json, WorkloadAutoRegistrationSpec.Read);
        return new WorkloadAutoRegistration
        {
            Metadata = ObjectMetaJson.Read(json),
            Spec = reading.Spec,
            Status = WorkloadAutoRegistrationStatus.FromJson(json["status"] as JsonObject),
            Problems = reading.Problems,
            SpecAsStored = json["spec"]?.DeepClone(),
        };
    }

    /// <inheritdoc/>
    public JsonObject ToJson() => Definition.Start()
        .With("metadata", ObjectMetaJson.Write(Metadata))
        .With("spec", Spec?.ToJson() ?? SpecAsStored?.DeepClone())
        .With("status", Status?.ToJson());
}
