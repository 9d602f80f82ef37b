using System.Text.Json.Nodes;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Authorization;

/// <summary>Admits an identity that some of <see cref="Workloads"/> matches to a group that some of <see cref="OnboardTo"/> selects.</summary>
public sealed record OnboardingPolicyRule
{
    /// <summary>Who; at least one.</summary>
    public IReadOnlyList<WorkloadIdentityMatcher> Workloads { get; init; } = [];

    /// <summary>Where to; at least one.</summary>
    public IReadOnlyList<WorkloadGroupMatcher> OnboardTo { get; init; } = [];

    internal static OnboardingPolicyRule Read(MapReader reader) => new()
    {
        Workloads = reader.Messages("workloads", WorkloadIdentityMatcher.Read, required: true),
        OnboardTo = reader.Messages("onboardTo", WorkloadGroupMatcher.Read, required: true),
    };

    internal JsonObject ToJson() => new JsonObject()
        .With("workloads", Workloads, workload => workload.ToJson())
        .With("onboardTo", OnboardTo, group => group.ToJson());
}
