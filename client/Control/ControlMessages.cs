using Google.Protobuf.WellKnownTypes;
using Onboarding.Api.Control;
using Onboarding.Client.Errors;
using Onboarding.Client.Flow;

namespace Onboarding.Client.Control;

/// <summary>Steps and failures as they go over the control socket, and back.</summary>
public static class ControlMessages
{
    /// <summary>A step as a message.</summary>
    /// <param name="step">The step.</param>
    public static Step ToMessage(OnboardingStep step)
    {
        ArgumentNullException.ThrowIfNull(step);
        return new Step
        {
            Id = (int)step.Phase,
            Name = step.Phase.ToString(),
            Message = step.Message,
            Time = step.Time.ToTimestamp(),
            Elapsed = step.Elapsed.ToDuration(),
            Properties = { step.Properties.ToDictionary() },
            Failure = step.Failure is null ? null : ToMessage(step.Failure),
        };
    }

    /// <summary>A failure as a message.</summary>
    /// <param name="failure">The failure.</param>
    public static Failure ToMessage(OnboardingException failure)
    {
        ArgumentNullException.ThrowIfNull(failure);
        return new Failure
        {
            ErrorId = failure.ErrorId,
            Message = failure.Message,
            NextStep = failure.NextStep,
            Reason = failure.Reason ?? "",
            CorrelationId = failure.CorrelationId ?? "",
            Detail = failure.Detail ?? "",
            Matched = failure.Matched ?? "",
        };
    }

    /// <summary>The failure that a message tells of.</summary>
    /// <param name="failure">The message.</param>
    /// <param name="inner">What it came with.</param>
    public static OnboardingException ToException(Failure failure, Exception? inner = null)
    {
        ArgumentNullException.ThrowIfNull(failure);
        return new OnboardingException(failure.ErrorId, failure.Message, failure.NextStep, inner)
        {
            Reason = failure.Reason.Length == 0 ? null : failure.Reason,
            CorrelationId = failure.CorrelationId.Length == 0 ? null : failure.CorrelationId,
            Detail = failure.Detail.Length == 0 ? null : failure.Detail,
            Matched = failure.Matched.Length == 0 ? null : failure.Matched,
        };
    }
}
