using Onboarding.Api;

namespace Onboarding.Client.Errors;

/// <summary>A plane's refusal as a person at a prompt should read it: which group, what came close, where to read on.</summary>
public static class RefusalText
{
    /// <summary>The same failure in those words; any other failure as it is.</summary>
    /// <param name="failure">The failure.</param>
    /// <param name="group">The group, <c>namespace/name</c>.</param>
    public static OnboardingException ForGroup(OnboardingException failure, string group)
    {
        if (failure is not { ErrorId: ErrorIds.PlaneRefused, Reason: { Length: > 0 } reason })
        {
            return failure;
        }

        string correlation = failure.CorrelationId is { Length: > 0 } id ? $" Correlation id {id}." : "";
        return new OnboardingException(failure.ErrorId, $"The plane refused '{group}': {Why(failure, reason, group)}.{correlation}", Next(failure), failure)
        {
            Reason = failure.Reason,
            CorrelationId = failure.CorrelationId,
            Detail = failure.Detail,
            Matched = failure.Matched,
            RetryAfter = failure.RetryAfter,
        };
    }

    private static string Why(OnboardingException failure, string reason, string group) => reason switch
    {
        Reasons.NotAuthorized when failure.Matched is { Length: > 0 } matched => $"{matched} matched, the rest of the nearest rule did not",
        Reasons.NotAuthorized => $"no policy in namespace {group.Split('/')[0]} admits this machine",
        _ => (failure.Detail ?? reason).TrimEnd('.'),
    };

    private static string Next(OnboardingException failure)
    {
        if (failure.CorrelationId is not { Length: > 0 } id)
        {
            return failure.NextStep;
        }

        string back = failure.Reason == Reasons.StayOut ? "To rejoin: Register-MeshWorkload -Force. " : "";
        return $"{back}On a workstation with access to the cluster: Get-OnboardingStatus -CorrelationId {id}";
    }
}
