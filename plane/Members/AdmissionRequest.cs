using System.Net;
using Onboarding.Api.Identity;
using Onboarding.Api.Istio;

namespace Onboarding.Plane.Members;

/// <summary>A workload that wants to join, or to stay.</summary>
/// <param name="Identity">What policies are asked about.</param>
/// <param name="BoundIdentity">What is registered; another where hosts share a subject.</param>
/// <param name="Group">The group asked for.</param>
internal sealed record AdmissionRequest(WorkloadIdentity Identity, WorkloadIdentity BoundIdentity, WorkloadGroupReference Group)
{
    /// <summary>The address it registers; null before it does.</summary>
    public IPAddress? Address { get; init; }

    /// <summary>The labels it reports; null before it registers.</summary>
    public IReadOnlyDictionary<string, string>? Labels { get; init; }
}
