using Onboarding.Api.Control;
using Onboarding.Client.Errors;

namespace Onboarding.Client.Events;

/// <summary>
/// Where a machine is: its phase, how it came there, what went wrong, what happened last. A value that is made from the one before and an
/// event, by <see cref="Fold"/> alone: the phase is a function of what the plane said last.
/// </summary>
internal sealed partial record AgentState
{
    private const int KeptSteps = 20;

    /// <summary>The phase.</summary>
    public AgentPhase Phase { get; private init; } = AgentPhase.Out;

    /// <summary>Since when it is in that phase; null for one that was never told to join.</summary>
    public DateTimeOffset? PhaseSince { get; private init; }

    /// <summary>What was reached since it was told to join, and how long each took.</summary>
    public IReadOnlyList<Reached> Timeline { get; private init; } = [];

    /// <summary>Why it isn't further; null if all is well.</summary>
    public OnboardingException? Failure { get; private init; }

    /// <summary>The last steps, newest first.</summary>
    public IReadOnlyList<OnboardingStep> Steps { get; private init; } = [];

    /// <summary>Its registration's name; empty without one.</summary>
    public string Registration { get; private init; } = "";

    /// <summary>Its registration's uid; empty without one.</summary>
    public string RegistrationUid { get; private init; } = "";

    /// <summary>The address in its WorkloadEntry; empty without one.</summary>
    public string Address { get; private init; } = "";

    /// <summary>Who it is in the mesh; empty without a registration.</summary>
    public string SpiffeId { get; private init; } = "";

    /// <summary>The endpoint's instance it was last connected to.</summary>
    public string Instance { get; private init; } = "";

    /// <summary>The policy that admitted it.</summary>
    public string Policy { get; private init; } = "";

    /// <summary>When its onboarding token expires; null without one.</summary>
    public DateTimeOffset? TokenExpiresAt { get; private init; }

    /// <summary>How long the plane keeps its records once the session is lost; null if it never said.</summary>
    public TimeSpan? GracePeriod { get; private init; }

    /// <summary>True while a session with the plane lasts.</summary>
    public bool IsInSession { get; private init; }

    /// <summary>True if the sidecar said that it is ready, and nothing else since.</summary>
    public bool IsSidecarReady { get; private init; }

    // The failure, if it is one of a boot configuration.
    private OnboardingException? BootFailure { get; init; }

    // Elapsed time of the last milestone.
    private TimeSpan LastMilestone { get; init; }

    /// <summary>The machine is about to join.</summary>
    /// <param name="now">When.</param>
    public AgentState Begin(DateTimeOffset now) => this with
    {
        Timeline = [],
        Failure = null,
        Phase = AgentPhase.Pending,
        PhaseSince = now,
        IsInSession = false,
        LastMilestone = TimeSpan.Zero,
    };

    /// <summary>Where it is after an event.</summary>
    /// <param name="step">The event, and when it happened.</param>
    public AgentState Fold(OnboardingStep step) => Advance(step) with { Steps = [step, .. Steps.Take(KeptSteps - 1)] };

    /// <summary>Something that was reached.</summary>
    /// <param name="Phase">The phase.</param>
    /// <param name="Took">How long it took from the one before.</param>
    /// <param name="IsBootConfiguration">True for the moment the boot configuration was on disk, which is no phase of its own.</param>
    internal sealed record Reached(AgentPhase Phase, TimeSpan Took, bool IsBootConfiguration);
}
