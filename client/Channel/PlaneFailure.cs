using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using Onboarding.Api;
using Onboarding.Client.Errors;

namespace Onboarding.Client.Channel;

/// <summary>Says what a plane's answer means that wasn't the one hoped for.</summary>
internal static class PlaneFailure
{
    private const string DetailsKey = "grpc-status-details-bin";

    public static OnboardingException Explain(RpcException failure, string address)
    {
        (ErrorInfo? info, TimeSpan? retryAfter) = Details(failure.Trailers);

        // A plane's words go into logs, into errors of cmdlets and so to terminals.
        string detail = ForeignText.Clean(failure.Status.Detail);
        if (IsRefusal(failure.StatusCode))
        {
            string correlation = ForeignText.Clean(info?.Metadata.GetValueOrDefault("correlationId") ?? "");
            string matched = ForeignText.Clean(info?.Metadata.GetValueOrDefault("matched") ?? "");
            string reason = ForeignText.CleanIfAny(info?.Reason) ?? failure.StatusCode.ToString();
            return new OnboardingException(
                ErrorIds.PlaneRefused,
                $"The plane at {address} refused with {reason}: {detail}"
                    + (matched.Length == 0 ? "" : $" Matched: {matched}.")
                    + (correlation.Length == 0 ? "" : $" Correlation id {correlation}."),
                Next(reason, correlation),
                failure)
            {
                Reason = reason,
                CorrelationId = correlation,
                Detail = detail,
                Matched = matched,
                IsFinal = reason == Reasons.NotAuthorized && info?.Metadata.GetValueOrDefault("final") == "true",
                RetryAfter = retryAfter,
            };
        }

        return failure.StatusCode switch
        {
            StatusCode.Unavailable or StatusCode.DeadlineExceeded or StatusCode.Cancelled when info is null => new OnboardingException(
                ErrorIds.EndpointUnreachable,
                failure.StatusCode == StatusCode.Unavailable
                    ? $"The plane at {address} can't be reached: {detail}."
                    : $"The plane at {address} can't be reached: the call ended before its answer ({failure.StatusCode}).",
                $"curl -vk {address}; then look whether the endpoint runs",
                failure)
            { RetryAfter = retryAfter },
            _ => new OnboardingException(
                ErrorIds.PlaneFailed,
                $"The plane at {address} failed with {ForeignText.CleanIfAny(info?.Reason) ?? failure.StatusCode.ToString()}: {detail.TrimEnd('.')}.",
                // The plane knows what is missing, and it is istiod that makes it.
                info?.Reason == Reasons.BootConfigurationUnavailable ? "kubectl -n istio-system logs deployment/istiod --tail 50" : NextSteps.PlaneLog,
                failure)
            { Reason = ForeignText.CleanIfAny(info?.Reason), CorrelationId = ForeignText.CleanIfAny(info?.Metadata.GetValueOrDefault("correlationId")), RetryAfter = retryAfter },
        };
    }

    // The command first: an address to read at is no next step on a machine without a browser.
    private static string Next(string reason, string correlation) => reason == Reasons.StayOut
        ? "ask the operator why; to rejoin: onboarding-agent register --override-exclusion"
        : "on a machine with access to the cluster: kubectl get onboardingpolicies -A -o yaml"
        + (correlation.Length == 0 ? "" : $"; grep {correlation} in the plane's audit log")
        + $"; docs/troubleshooting.md has {reason}";

    // A decision on what was asked; all other codes say that the plane couldn't decide, and asking the same again is right.
    private static bool IsRefusal(StatusCode code) => code is StatusCode.PermissionDenied or StatusCode.Unauthenticated
        or StatusCode.FailedPrecondition or StatusCode.InvalidArgument or StatusCode.NotFound or StatusCode.AlreadyExists
        or StatusCode.Aborted or StatusCode.OutOfRange;

    private static (ErrorInfo? Info, TimeSpan? RetryAfter) Details(Metadata trailers)
    {
        if (trailers.GetValueBytes(DetailsKey) is not { } bytes)
        {
            return (null, null);
        }

        try
        {
            ErrorInfo? info = null;
            TimeSpan? retryAfter = null;
            foreach (Any detail in Google.Rpc.Status.Parser.ParseFrom(bytes).Details)
            {
                if (detail.TryUnpack(out ErrorInfo found))
                {
                    info = found;
                }
                else if (detail.TryUnpack(out RetryInfo retry) && retry.RetryDelay is { } delay)
                {
                    // Bounded: a plane that is wrong, or isn't ours, must not put the agent to sleep for a year.
                    retryAfter = TimeSpan.FromSeconds(Math.Clamp(delay.Seconds + (delay.Nanos / 1e9), 0, 300));
                }
            }

            return (info, retryAfter);
        }
        catch (InvalidProtocolBufferException)
        {
            return (null, null);
        }
    }
}
