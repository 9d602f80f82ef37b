using System.Text.Json.Nodes;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Policies;

/// <summary>
/// Admits an identity that some of <see cref="Workloads"/> matches to a group that some of <see cref="OnboardTo"/> selects, as
/// long as every other condition that is set holds.
/// </summary>
public sealed record OnboardingPolicyRule
{
    /// <summary>Who; at least one.</summary>
    public IReadOnlyList<WorkloadIdentityMatcher> Workloads { get; init; } = [];

    /// <summary>Where to; at least one.</summary>
    public IReadOnlyList<WorkloadGroupMatcher> OnboardTo { get; init; } = [];

    /// <summary>Ours: until when the rule admits, that moment excluded; null: always.</summary>
    public DateTimeOffset? NotAfter { get; init; }

    /// <summary>Ours: networks of which the registered address must lie in one; empty: any address.</summary>
    public IReadOnlyList<string> AddressCidrs { get; init; } = [];

    /// <summary>
    /// Ours: labels a workload may report of itself. Not set: those that tell versions apart, and others are dropped. Otherwise these only, protected ones and the
    /// group's own among them if listed.
    /// </summary>
    public IReadOnlyList<LabelPermission> Labels { get; init; } = [];

    /// <summary>Ours: how many members at most may be in the namespace by this rule; null: any number.</summary>
    public long? MaxMembers { get; init; }

    internal static OnboardingPolicyRule Read(MapReader reader) => new()
    {
        Workloads = reader.Messages("workloads", matcher => WorkloadIdentityMatcher.Read(matcher, bounded: true), required: true),
        OnboardTo = reader.Messages("onboardTo", WorkloadGroupMatcher.Read, required: true),
        NotAfter = reader.Time("notAfter"),
        AddressCidrs = reader.Texts("addressCidrs", Checks.Cidr, required: reader.Has("addressCidrs")),
        Labels = reader.Messages("labels", LabelPermission.Read, required: reader.Has("labels")),
        MaxMembers = reader.Integer("maxMembers", 1, int.MaxValue, textToo: false),
    };

    internal JsonObject ToJson() => new JsonObject()
        .With("workloads", Workloads, workload => workload.ToJson())
        .With("onboardTo", OnboardTo, group => group.ToJson())
        .With("notAfter", NotAfter)
        .With("addressCidrs", AddressCidrs)
        .With("labels", Labels, label => label.ToJson())
        .With("maxMembers", MaxMembers);
}
