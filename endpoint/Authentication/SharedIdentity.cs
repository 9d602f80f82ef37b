using Onboarding.Api.Identity;

namespace Onboarding.Endpoint.Authentication;

/// <summary>
/// Tells hosts apart that come with one subject (<c>subjectIs: Shared</c>): the key becomes part of what is registered. Policies
/// are asked about the subject alone.
/// </summary>
internal static class SharedIdentity
{
    /// <summary>The identity of the host that has this key.</summary>
    public static WorkloadIdentity Of(WorkloadIdentity identity, string thumbprint) =>
        identity with { Jwt = identity.Jwt! with { Subject = SharedSubject.Of(identity.Jwt.Subject, thumbprint) } };

    /// <summary>The identity that policies are asked about, of one whose subject is shared.</summary>
    public static WorkloadIdentity Undo(WorkloadIdentity identity, string thumbprint)
    {
        string suffix = SharedSubject.Of("x", thumbprint)[1..];
        return identity.Jwt is { } jwt && jwt.Subject.EndsWith(suffix, StringComparison.Ordinal)
            ? identity with { Jwt = jwt with { Subject = jwt.Subject[..^suffix.Length] } }
            : identity;
    }
}
