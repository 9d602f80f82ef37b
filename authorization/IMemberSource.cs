using System.Net;
using Onboarding.Api.Identity;
using Onboarding.Api.Istio;
using Onboarding.Api.Runtime;

namespace Onboarding.Authorization;

/// <summary>What <see cref="MemberQuestions"/> has to know: the plane answers from its informers, the cmdlets from lists.</summary>
public interface IMemberSource
{
    /// <summary>When it is asked.</summary>
    DateTimeOffset Now { get; }

    /// <summary>A WorkloadGroup; null if there is none of that name.</summary>
    /// <param name="ns">Its namespace.</param>
    /// <param name="name">Its name.</param>
    WorkloadGroup? FindGroup(string ns, string name);

    /// <summary>The registrations of a namespace, in any order. Changes are told to <see cref="MemberQuestions"/>.</summary>
    /// <param name="ns">The namespace.</param>
    IEnumerable<WorkloadAutoRegistration> MembersOf(string ns);

    /// <summary>The identity that policies are asked about; null if what proved it isn't trusted any more.</summary>
    /// <param name="bound">The identity in the registration.</param>
    /// <param name="thumbprint">Thumbprint of the member's key; empty if the registration names none.</param>
    WorkloadIdentity? PolicyIdentityOf(WorkloadIdentity bound, string thumbprint);

    /// <summary>The address of a member; null if it has none that can be used, which leaves <c>addressCidrs</c> open.</summary>
    /// <param name="member">Its registration.</param>
    IPAddress? AddressOf(WorkloadAutoRegistration member);
}
