using Google.Protobuf.WellKnownTypes;
using Onboarding.Api.Control;
using Onboarding.Client.Errors;
using Onboarding.Client.Events;

namespace Onboarding.Client.Control;

/// <summary>Steps, states and failures as they go over the control socket, and back.</summary>
public static class ControlMessages
{
    /// <summary>A step as a message.</summary>
    /// <param name="step">The step.</param>
    internal static Step ToMessage(OnboardingStep step) => new()
    {
        Id = (int)step.Phase,
        Name = step.Phase.ToString(),
        Message = step.Message,
        Time = step.Time.ToTimestamp(),
        Elapsed = step.Elapsed.ToDuration(),
        Properties = { step.Properties.ToDictionary() },
        Failure = step.Failure is null ? null : ToMessage(step.Failure),
    };

    /// <summary>What an agent's events say of it, as a message; the rest of a status is the agent's to add.</summary>
    /// <param name="state">The state.</param>
    internal static AgentStatus ToMessage(AgentState state) => new()
    {
        Phase = state.Phase,
        PhaseSince = state.PhaseSince?.ToTimestamp(),
        Registration = state.Registration,
        RegistrationUid = state.RegistrationUid,
        Address = state.Address,
        SpiffeId = state.SpiffeId,
        Instance = state.Instance,
        Policy = state.Policy,
        TokenExpiresAt = state.TokenExpiresAt?.ToTimestamp(),
        GracePeriod = state.GracePeriod?.ToDuration(),
        Failure = state.Failure is null ? null : ToMessage(state.Failure),
        Timeline =
        {
            state.Timeline.Select(m => new Milestone { Phase = m.Phase, Took = m.Took.ToDuration(), BootConfiguration = m.IsBootConfiguration }),
        },
        Steps = { state.Steps.Select(ToMessage) },
    };

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
