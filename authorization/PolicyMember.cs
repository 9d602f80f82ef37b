using Onboarding.Api.Identity;

namespace Onboarding.Authorization;

/// <summary>A member of the namespace, as <c>maxMembers</c> counts it.</summary>
/// <param name="Identity">The identity that policies are asked about.</param>
/// <param name="GroupLabels">Labels of its WorkloadGroup object.</param>
public sealed record PolicyMember(WorkloadIdentity Identity, IReadOnlyDictionary<string, string> GroupLabels);
