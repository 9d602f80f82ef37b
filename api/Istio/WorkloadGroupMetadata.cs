using System.Text.Json.Nodes;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Istio;

/// <summary>Labels and annotations that a WorkloadGroup gives to its members' WorkloadEntries.</summary>
public sealed record WorkloadGroupMetadata
{
    private static readonly string[] Modelled = ["labels", "annotations"];

    /// <summary>Labels.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = EmptyMap.Instance;

    /// <summary>Annotations.</summary>
    public IReadOnlyDictionary<string, string> Annotations { get; init; } = EmptyMap.Instance;

    internal JsonObject? Others { get; init; }

    internal static WorkloadGroupMetadata? FromJson(JsonObject? json)
    {
        if (json is null)
        {
            return null;
        }

        WorkloadGroupMetadata metadata = new() { Labels = json.TextMapOf("labels"), Annotations = json.TextMapOf("annotations") };
        return metadata with { Others = Unmodelled.Select(json, Modelled, metadata.ToJson()) };
    }

    internal JsonObject ToJson() =>
        Unmodelled.AddTo(new JsonObject().With("labels", Labels).With("annotations", Annotations), Others);
}
