using Onboarding.Api;

namespace Onboarding.Plane.Refusals;

/// <summary>Makes refusals, one method per kind of status, so that a reason always comes with the same code.</summary>
internal static class Refuse
{
    public static RefusedException Invalid(string message, string reason = Reasons.InvalidRequest) =>
        new(new Refusal(RefusalCode.InvalidArgument, reason, message));

    public static RefusedException Unauthenticated(string reason, string message, string? detail = null) =>
        new(new Refusal(RefusalCode.Unauthenticated, reason, message) { Detail = detail });

    public static RefusedException Denied(string reason, string message, string? detail = null) =>
        new(new Refusal(RefusalCode.PermissionDenied, reason, message) { Detail = detail });

    public static RefusedException Precondition(string reason, string message, string? detail = null) =>
        new(new Refusal(RefusalCode.FailedPrecondition, reason, message) { Detail = detail });

    public static RefusedException Unavailable(string reason, string message, TimeSpan retryAfter, string? detail = null) =>
        new(new Refusal(RefusalCode.Unavailable, reason, message) { Detail = detail, RetryAfter = retryAfter });
}
