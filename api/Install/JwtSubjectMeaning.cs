namespace Onboarding.Api.Install;

/// <summary>Ours: what the subject of an issuer's tokens names.</summary>
public enum JwtSubjectMeaning
{
    /// <summary>One host: a second machine with the same subject is refused.</summary>
    Host = 0,

    /// <summary>Something hosts share: the key of each machine becomes part of its identity, and copies aren't detected.</summary>
    Shared = 1,
}
