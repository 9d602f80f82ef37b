using Onboarding.Client.Errors;

namespace Onboarding.Client.Flow;

/// <summary>How a session ended.</summary>
internal abstract record SessionOutcome
{
    /// <summary>The agent ended it.</summary>
    public sealed record Closed : SessionOutcome;

    /// <summary>It broke, or the plane ended it without a word.</summary>
    public sealed record Lost(OnboardingException Why) : SessionOutcome;

    /// <summary>The plane doesn't take the token, or this agent, any more: begin again.</summary>
    public sealed record Rejected(OnboardingException Why) : SessionOutcome;

    /// <summary>The registration was removed.</summary>
    public sealed record Gone(string Reason, bool Rejoin) : SessionOutcome;

    /// <summary>Another instance is to be used, and the agent's turn to go there has come.</summary>
    /// <param name="Waited">How long it waited for its turn at most; the session served meanwhile.</param>
    public sealed record Relocate(TimeSpan Waited) : SessionOutcome;
}
