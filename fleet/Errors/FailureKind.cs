namespace Onboarding.Fleet.Errors;

/// <summary>What sort of failure it is; PowerShell has a category for each.</summary>
public enum FailureKind
{
    /// <summary>None of the others.</summary>
    NotSpecified = 0,

    /// <summary>There is no such thing.</summary>
    NotFound,

    /// <summary>There is one already, or someone else uses it.</summary>
    InUse,

    /// <summary>What was given can't be used.</summary>
    Invalid,

    /// <summary>Not allowed.</summary>
    Denied,

    /// <summary>It isn't known who asks.</summary>
    Unauthenticated,

    /// <summary>No answer.</summary>
    Unreachable,

    /// <summary>It is there, and can't serve now.</summary>
    Unavailable,

    /// <summary>Took too long.</summary>
    TimedOut,

    /// <summary>Something that must be there isn't installed.</summary>
    NotInstalled,

    /// <summary>It can't be done in this state.</summary>
    Inapplicable,
}
