using Grpc.Core;

namespace Onboarding.Endpoint.Refusals;

/// <summary>Why a call is refused: what the caller is told, and what only the audit log is told.</summary>
/// <param name="Code">gRPC status code.</param>
/// <param name="Reason">One of <see cref="Api.Reasons"/>.</param>
/// <param name="Message">For the caller: what was wrong and what to do next. Never holds a secret.</param>
internal sealed record Refusal(StatusCode Code, string Reason, string Message)
{
    /// <summary>Full explanation, for the audit log only.</summary>
    public string? Detail { get; init; }

    /// <summary>Kinds of conditions that matched, e.g. <c>jwt.issuer</c>; the caller may learn those.</summary>
    public IReadOnlyList<string> Matched { get; init; } = [];

    /// <summary>True if it holds until people change policies, groups or namespaces: the machine may take its sidecar down for it.</summary>
    public bool IsFinal { get; init; }

    /// <summary>When it makes sense to call again, if the plane knows.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The refusal as an exception.</summary>
    public RefusedException ToException() => new(this);
}
