using System.Text.Json.Nodes;
using Onboarding.Api.Meta;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Policies;

/// <summary>Matches WorkloadGroups of the policy's namespace.</summary>
public sealed record WorkloadGroupMatcher
{
    /// <summary>Selects by the labels of the WorkloadGroup object (not of its template); an empty one selects every group.</summary>
    public LabelSelector WorkloadGroupSelector { get; init; } = new();

    internal static WorkloadGroupMatcher Read(MapReader reader) => new()
    {
        WorkloadGroupSelector = reader.Message("workloadGroupSelector", LabelSelector.Read, required: true) ?? new LabelSelector(),
    };

    internal JsonObject ToJson() => new JsonObject().With("workloadGroupSelector", WorkloadGroupSelector.ToJson());
}
