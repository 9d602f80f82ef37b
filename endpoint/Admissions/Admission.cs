using Onboarding.Api.Istio;
using Onboarding.Authorization;

namespace Onboarding.Endpoint.Admissions;

/// <summary>A workload may join.</summary>
/// <param name="Group">The group.</param>
/// <param name="Decision">What admitted it.</param>
/// <param name="DependsOnMembers">Members were counted for it: a rule has <c>maxMembers</c>.</param>
internal sealed record Admission(WorkloadGroup Group, PolicyDecision Decision, bool DependsOnMembers);
