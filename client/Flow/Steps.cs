using Microsoft.Extensions.Logging;
using Onboarding.Client.Errors;

namespace Onboarding.Client.Flow;

/// <summary>
/// Tells of each step: one log line with the step's number as event id, and the same to whoever watches. One place for both, so
/// that what a person sees and what is in the log are the same.
/// </summary>
internal sealed class Steps(ILogger<Steps> logger, IProgress<OnboardingStep>? progress, TimeProvider time)
{
    private long _started = time.GetTimestamp();

    /// <summary>The agent is told to join: elapsed time counts from here.</summary>
    public void Begin() => _started = time.GetTimestamp();

    /// <summary>A step went as it should.</summary>
    public void Done(OnboardingPhase phase, string message, params (string Name, string Value)[] properties) =>
        Tell(LogLevel.Information, phase, message, null, properties);

    /// <summary>Somebody should look at it.</summary>
    public void Warn(OnboardingPhase phase, string message, params (string Name, string Value)[] properties) =>
        Tell(LogLevel.Warning, phase, message, null, properties);

    /// <summary>A step failed.</summary>
    public void Failed(OnboardingPhase phase, OnboardingException failure, params (string Name, string Value)[] properties) =>
        Tell(
            LogLevel.Warning,
            phase,
            failure.Describe(),
            failure,
            [
                ("errorId", failure.ErrorId), ("reason", failure.Reason ?? ""), ("correlationId", failure.CorrelationId ?? ""),
                ("nextStep", failure.NextStep), .. properties,
            ]);

    private void Tell(
        LogLevel level,
        OnboardingPhase phase,
        string message,
        OnboardingException? failure,
        (string Name, string Value)[] properties)
    {
        Dictionary<string, string> values = properties.Where(p => p.Value.Length > 0).ToDictionary(p => p.Name, p => p.Value);
        if (logger.IsEnabled(level))
        {
            var state = new StepState(message, values);
            logger.Log(level, new EventId((int)phase, phase.ToString()), state, null, static (s, _) => s.ToString());
        }

        progress?.Report(new OnboardingStep(phase, message, time.GetUtcNow(), time.GetElapsedTime(_started), values) { Failure = failure });
    }
}
