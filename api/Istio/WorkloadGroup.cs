using System.Text.Json.Nodes;
using Onboarding.Api.Meta;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Istio;

/// <summary>Istio's WorkloadGroup: a template for workloads. Fields that aren't modelled survive reading and writing.</summary>
public sealed record WorkloadGroup : IKubernetesObject<WorkloadGroup>
{
    /// <inheritdoc/>
    public static ResourceDefinition Definition { get; } =
        new(ApiGroups.Istio, ApiGroups.IstioVersion, "WorkloadGroup", "workloadgroups");

    /// <inheritdoc/>
    public V1ObjectMeta Metadata { get; init; } = new();

    /// <summary>The template.</summary>
    public WorkloadGroupSpec Spec { get; init; } = new();

    /// <summary>Status as Istio wrote it.</summary>
    public JsonObject? Status { get; init; }

    internal JsonObject? Others { get; init; }

    /// <inheritdoc/>
    public static WorkloadGroup FromJson(JsonObject json) => new()
    {
        Metadata = ObjectMetaJson.Read(json),
        Spec = WorkloadGroupSpec.FromJson(json["spec"] as JsonObject) ?? new WorkloadGroupSpec(),
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

    internal static WorkloadGroup Read(MapReader reader)
    {
        reader.ObjectMeta();
        WorkloadGroupValidator.Check(reader);
        reader.Ignore("status");
        return FromJson(reader.ToJson());
    }
}
