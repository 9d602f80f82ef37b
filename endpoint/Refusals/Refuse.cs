using Grpc.Core;
using Onboarding.Api;

namespace Onboarding.Endpoint.Refusals;

/// <summary>Makes refusals, one method per kind of status, so that a reason always comes with the same code.</summary>
internal static class Refuse
{
    public static RefusedException Invalid(string message, string reason = Reasons.InvalidRequest) =>
        new(new Refusal(StatusCode.InvalidArgument, reason, message));

    public static RefusedException Unauthenticated(string reason, string message, string? detail = null) =>
        new(new Refusal(StatusCode.Unauthenticated, reason, message) { Detail = detail });

    public static RefusedException Denied(string reason, string message, string? detail = null) =>
        new(new Refusal(StatusCode.PermissionDenied, reason, message) { Detail = detail });

    public static RefusedException Precondition(string reason, string message, string? detail = null) =>
        new(new Refusal(StatusCode.FailedPrecondition, reason, message) { Detail = detail });

    public static RefusedException Unavailable(string reason, string message, TimeSpan retryAfter, string? detail = null) =>
        new(new Refusal(StatusCode.Unavailable, reason, message) { Detail = detail, RetryAfter = retryAfter });
}
