using Onboarding.Api.Istio;
using Onboarding.Authorization;

namespace Onboarding.Endpoint.Authorization;

/// <summary>A workload may join.</summary>
/// <param name="Group">The group.</param>
/// <param name="Decision">What admitted it.</param>
internal sealed record Admission(WorkloadGroup Group, PolicyDecision Decision);
