using System.Text.Json.Nodes;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Istio;

/// <summary>What members of a WorkloadGroup get.</summary>
public sealed record WorkloadGroupSpec
{
    private static readonly string[] Modelled = ["metadata", "template", "probe"];

    /// <summary>Labels and annotations of members' WorkloadEntries.</summary>
    public WorkloadGroupMetadata? Metadata { get; init; }

    /// <summary>The template of members' WorkloadEntries.</summary>
    public WorkloadEntrySpec Template { get; init; } = new();

    /// <summary>The readiness probe, as it came: Istio's own rules read it.</summary>
    public JsonObject? Probe { get; init; }

    internal JsonObject? Others { get; init; }

    internal static WorkloadGroupSpec? FromJson(JsonObject? json)
    {
        if (json is null)
        {
            return null;
        }

        WorkloadGroupSpec spec = new()
        {
            Metadata = WorkloadGroupMetadata.FromJson(json["metadata"] as JsonObject),
            Template = WorkloadEntrySpec.FromJson(json["template"] as JsonObject) ?? new WorkloadEntrySpec(),
            Probe = (json["probe"] as JsonObject)?.DeepClone().AsObject(),
        };
        return spec with { Others = Unmodelled.Select(json, Modelled, spec.ToJson()) };
    }

    internal JsonObject ToJson() => Unmodelled.AddTo(
        new JsonObject()
            .With("metadata", Metadata?.ToJson())
            .With("template", Template.ToJson())
            .With("probe", Probe?.DeepClone()),
        Others);
}
