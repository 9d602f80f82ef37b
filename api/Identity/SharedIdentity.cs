namespace Onboarding.Api.Identity;

/// <summary>
/// Tells hosts apart that come with one subject (<c>subjectIs: Shared</c>): the key becomes part of what is registered. Policies
/// are asked about the subject alone.
/// </summary>
public static class SharedIdentity
{
    /// <summary>The identity of the host that has this key.</summary>
    /// <param name="identity">What the token says; a <c>jwt</c> identity.</param>
    /// <param name="thumbprint">Thumbprint of the host's key, as in <c>cnf.jkt</c>.</param>
    public static WorkloadIdentity ForKey(WorkloadIdentity identity, string thumbprint)
    {
        ArgumentNullException.ThrowIfNull(identity);
        return identity with { Jwt = identity.Jwt! with { Subject = SharedSubject.ForKey(identity.Jwt.Subject, thumbprint) } };
    }

    /// <summary>The identity that policies are asked about, of one whose subject is shared; any other is left as it is.</summary>
    /// <param name="identity">What is registered.</param>
    /// <param name="thumbprint">Thumbprint of the host's key.</param>
    public static WorkloadIdentity Undo(WorkloadIdentity identity, string thumbprint)
    {
        ArgumentNullException.ThrowIfNull(identity);
        ArgumentNullException.ThrowIfNull(thumbprint);
        // The thumbprint comes from an annotation, which someone may have edited: then the subject matches nothing it shouldn't.
        return identity.Jwt is { } jwt && SharedSubject.Suffix(thumbprint) is { } suffix && jwt.Subject.EndsWith(suffix, StringComparison.Ordinal)
            ? identity with { Jwt = jwt with { Subject = jwt.Subject[..^suffix.Length] } }
            : identity;
    }
}
