namespace Onboarding.Plane.Refusals;

/// <summary>What kind of refusal it is. Names and numbers are those of <c>google.rpc.Code</c>; no transport is needed to decide on one.</summary>
internal enum RefusalCode
{
    /// <summary>The request can't be understood, whatever caller makes it.</summary>
    InvalidArgument = 3,

    /// <summary>The caller did prove who it is, and may not.</summary>
    PermissionDenied = 7,

    /// <summary>The caller asks too often.</summary>
    ResourceExhausted = 8,

    /// <summary>Something else must happen before.</summary>
    FailedPrecondition = 9,

    /// <summary>The session was broken off; the caller connects again.</summary>
    Aborted = 10,

    /// <summary>The plane has a fault.</summary>
    Internal = 13,

    /// <summary>The plane can't do it for now.</summary>
    Unavailable = 14,

    /// <summary>The caller didn't prove who it is.</summary>
    Unauthenticated = 16,
}

/// <summary>Why a call is refused: what the caller is told, and what only the audit log is told.</summary>
/// <param name="Code">Its kind.</param>
/// <param name="Reason">One of <see cref="Api.Reasons"/>.</param>
/// <param name="Message">For the caller: what was wrong and what to do next. Never holds a secret.</param>
internal sealed record Refusal(RefusalCode Code, string Reason, string Message)
{
    /// <summary>Full explanation, for the audit log only.</summary>
    public string? Detail { get; init; }

    /// <summary>Kinds of conditions that matched, e.g. <c>jwt.issuer</c>; the caller may learn those.</summary>
    public IReadOnlyList<string> Matched { get; init; } = [];

    /// <summary>When it makes sense to call again, if the plane knows.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>True if it holds until people change policies, groups or namespaces: the machine may take its sidecar down for it.</summary>
    public bool IsFinal { get; init; }

    /// <summary>The refusal as an exception.</summary>
    public RefusedException ToException() => new(this);
}

/// <summary>Something is refused. Thrown wherever that is decided; who serves the call turns it into an answer.</summary>
internal sealed class RefusedException(Refusal refusal) : Exception(refusal.Message)
{
    /// <summary>Why.</summary>
    public Refusal Refusal { get; } = refusal;
}
