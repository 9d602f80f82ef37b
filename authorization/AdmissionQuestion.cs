using System.Net;
using Onboarding.Api.Identity;

namespace Onboarding.Authorization;

/// <summary>
/// What policies are asked: may this workload join this group? Asked twice: before a workload registers, when its address and
/// labels aren't known yet, and when it does.
/// </summary>
public sealed record AdmissionQuestion
{
    /// <summary>Who asks; verified.</summary>
    public required WorkloadIdentity Identity { get; init; }

    /// <summary>Labels of the WorkloadGroup object; null if there is no such group, which nothing opens.</summary>
    public required IReadOnlyDictionary<string, string>? GroupLabels { get; init; }

    /// <summary>Whose policies are asked, for explanations; null if that isn't known.</summary>
    public string? Namespace { get; init; }

    /// <summary>When the question is asked; what <c>notAfter</c> is compared with.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>The address to be registered; null if it isn't known yet, which leaves <c>addressCidrs</c> open.</summary>
    public IPAddress? Address { get; init; }

    /// <summary>Labels the workload reports of itself; null if they aren't known yet, which leaves <c>labels</c> open.</summary>
    public IReadOnlyDictionary<string, string>? Labels { get; init; }

    /// <summary>
    /// Members of the namespace that count before this workload for <c>maxMembers</c>: for a newcomer all, for a member those
    /// that registered before it. Asked for only if a rule has <c>maxMembers</c>. Null: none.
    /// </summary>
    public Func<IEnumerable<PolicyMember>>? MembersBefore { get; init; }
}
