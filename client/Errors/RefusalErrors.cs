using Onboarding.Api;

namespace Onboarding.Client.Errors;

/// <summary>
/// The error id a person sees for a plane's reason code: the one place where the codes of the wire become the ids of PowerShell
/// and the command line.
/// </summary>
public static class RefusalErrors
{
    private static readonly Dictionary<string, string> Special = new(StringComparer.Ordinal)
    {
        // What people call it who write policies.
        [Reasons.NotAuthorized] = "PolicyDenied",
        [Reasons.Internal] = ErrorIds.PlaneFailed,
    };

    /// <summary>The id for a reason code: <c>KEY_MISMATCH</c> is <c>KeyMismatch</c>, <c>NOT_AUTHORIZED</c> is <c>PolicyDenied</c>.</summary>
    /// <param name="reason">One of <see cref="Reasons"/>, or a code of a newer plane.</param>
    public static string IdOf(string reason)
    {
        ArgumentException.ThrowIfNullOrEmpty(reason);
        return Special.GetValueOrDefault(reason)
            ?? string.Concat(reason.Split('_', StringSplitOptions.RemoveEmptyEntries).Select(w => char.ToUpperInvariant(w[0]) + w[1..].ToLowerInvariant()));
    }

    /// <summary>The id of a failure: of the plane's reason where it refused, or said why it can't decide; else its own.</summary>
    /// <param name="failure">The failure.</param>
    public static string IdOf(OnboardingException failure)
    {
        ArgumentNullException.ThrowIfNull(failure);
        return failure is { ErrorId: ErrorIds.PlaneRefused or ErrorIds.PlaneFailed, Reason: { Length: > 0 } reason } && reason.Contains('_', StringComparison.Ordinal)
            ? IdOf(reason)
            : failure.ErrorId;
    }
}
