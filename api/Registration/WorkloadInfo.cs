using System.Text.Json.Nodes;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Registration;

/// <summary>What a workload adds to its WorkloadEntry.</summary>
public sealed record WorkloadInfo
{
    /// <summary>Labels; those of the WorkloadGroup win. They play no part in policy matching.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = EmptyMap.Instance;

    internal static WorkloadInfo Read(MapReader reader) => new() { Labels = reader.Labels("labels") };

    internal JsonObject ToJson() => new JsonObject().With("labels", Labels);
}
