using Onboarding.Client.Errors;

namespace Onboarding.Client.Events;

/// <summary>An event, and when it happened.</summary>
/// <param name="Event">What happened.</param>
/// <param name="Time">When.</param>
/// <param name="Elapsed">Since the agent was told to join.</param>
internal sealed record OnboardingStep(AgentEvent Event, DateTimeOffset Time, TimeSpan Elapsed)
{
    /// <summary>Which step of the way.</summary>
    public OnboardingPhase Phase => Event.Phase;

    /// <summary>What happened, for people.</summary>
    public string Message => Event.Message;

    /// <summary>Its values by name, e.g. <c>registration</c>, <c>address</c>, <c>spiffeId</c>, <c>errorId</c>.</summary>
    public IReadOnlyDictionary<string, string> Properties =>
        Event.Properties.Where(p => p.Value.Length > 0).ToDictionary(p => p.Name, p => p.Value);

    /// <summary>What went wrong, if it failed.</summary>
    public OnboardingException? Failure => Event.Failure;
}
