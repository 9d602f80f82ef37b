using System.Text.Json.Nodes;
using Onboarding.Api.Meta;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Istio;

/// <summary>Istio's WorkloadEntry: one workload in the mesh. Fields that aren't modelled survive reading and writing.</summary>
public sealed record WorkloadEntry : IKubernetesObject<WorkloadEntry>
{
    /// <inheritdoc/>
    public static ResourceDefinition Definition { get; } =
        new(ApiGroups.Istio, ApiGroups.IstioVersion, "WorkloadEntry", "workloadentries");

    /// <inheritdoc/>
    public V1ObjectMeta Metadata { get; init; } = new();

    /// <summary>The workload.</summary>
    public WorkloadEntrySpec Spec { get; init; } = new();

    /// <summary>Status as Istio wrote it.</summary>
    public JsonObject? Status { get; init; }

    internal JsonObject? Others { get; init; }

    /// <inheritdoc/>
    public static WorkloadEntry FromJson(JsonObject json) => new()
    {
        Metadata = ObjectMetaJson.Read(json),
        Spec = WorkloadEntrySpec.FromJson(json["spec"] as JsonObject) ?? new WorkloadEntrySpec(),
        Status = (json["status"] as JsonObject)?.DeepClone().AsObject(),
        Others = Unmodelled.OfResource(json),
    };

    /// <inheritdoc/>
    public JsonObject ToJson() => Unmodelled.AddTo(
        Definition.Start()
            .With("metadata", ObjectMetaJson.Write(Metadata))
            .With("spec", Spec.ToJson())
            .With("status", Status?.DeepClone()),
        Others);

    internal static WorkloadEntry Read(MapReader reader)
    {
        reader.ObjectMeta();
        WorkloadEntryValidator.Check(reader);
        reader.Ignore("status");
        return FromJson(reader.ToJson());
    }
}
