using System.Text.Json.Nodes;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Policies;

/// <summary>
/// Ours: keeps out an identity that some of <see cref="Workloads"/> matches, whatever any policy of the namespace allows. Needs
/// no bounds, for wider is safer here.
/// </summary>
public sealed record DenyRule
{
    /// <summary>Who; at least one.</summary>
    public IReadOnlyList<WorkloadIdentityMatcher> Workloads { get; init; } = [];

    /// <summary>Where from; empty: from every group of the namespace.</summary>
    public IReadOnlyList<WorkloadGroupMatcher> OnboardTo { get; init; } = [];

    /// <summary>Until when the rule denies, that moment excluded; null: always.</summary>
    public DateTimeOffset? NotAfter { get; init; }

    /// <summary>Networks of which the registered address must lie in one for the rule to deny; empty: any address.</summary>
    public IReadOnlyList<string> AddressCidrs { get; init; } = [];

    internal static DenyRule Read(MapReader reader) => new()
    {
        Workloads = reader.Messages("workloads", matcher => WorkloadIdentityMatcher.Read(matcher, bounded: false), required: true),
        OnboardTo = reader.Messages("onboardTo", WorkloadGroupMatcher.Read),
        NotAfter = reader.Time("notAfter"),
        AddressCidrs = reader.Texts("addressCidrs", Checks.Cidr, required: reader.Has("addressCidrs")),
    };

    internal JsonObject ToJson() => new JsonObject()
        .With("workloads", Workloads, workload => workload.ToJson())
        .With("onboardTo", OnboardTo, group => group.ToJson())
        .With("notAfter", NotAfter)
        .With("addressCidrs", AddressCidrs);
}
