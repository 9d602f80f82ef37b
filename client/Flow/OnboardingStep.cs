namespace Onboarding.Client.Flow;

/// <summary>One step, for whoever watches: plain values, nothing secret.</summary>
/// <param name="Phase">Which step.</param>
/// <param name="Message">What happened, for people.</param>
/// <param name="Time">When.</param>
/// <param name="Elapsed">Since the agent was told to run.</param>
/// <param name="Properties">Its values by name, e.g. <c>registration</c>, <c>address</c>, <c>spiffeId</c>, <c>errorId</c>.</param>
public sealed record OnboardingStep(
    OnboardingPhase Phase,
    string Message,
    DateTimeOffset Time,
    TimeSpan Elapsed,
    IReadOnlyDictionary<string, string> Properties)
{
    /// <summary>What went wrong, if it failed.</summary>
    public Errors.OnboardingException? Failure { get; init; }
}
