using Onboarding.Api.Rpc;
using Onboarding.Api.Runtime;
using Onboarding.Endpoint.BootConfiguration;
using Onboarding.Plane.Registrations;

namespace Onboarding.Endpoint.Sessions;

/// <summary>What follows of an event: the state from now on, and what is to be done about it, in this order.</summary>
/// <param name="State">The state.</param>
/// <param name="Effects">What is to be done. Where a write finds that the registration has a newer session, the rest isn't.</param>
internal sealed record BootStep(BootState State, params IReadOnlyList<BootEffect> Effects);

/// <summary>Something to be done for a session.</summary>
internal abstract record BootEffect
{
    private BootEffect()
    {
    }

    /// <summary>The state once it is done; null if it makes no difference.</summary>
    public BootState? Then { get; init; }

    /// <summary>Write the registration's status. How the sidecar is goes with whatever is written.</summary>
    /// <param name="Change">What becomes of the boot configuration in it.</param>
    /// <param name="Conditions">What is said besides.</param>
    internal sealed record Write(Func<BootConfigurationState, BootConfigurationState> Change, params IReadOnlyList<ConditionChange> Conditions) : BootEffect
    {
        /// <summary>Generation that begins to wait for its turn by this; null if none does.</summary>
        public long? Waits { get; init; }

        /// <summary>True if what the agent has is in it: nothing of that is left to be written later.</summary>
        public bool IsOfHeld { get; init; }
    }

    /// <summary>Send the agent a message.</summary>
    internal sealed record Send(PlaneMessage Message) : BootEffect;

    /// <summary>Send the agent a whole boot configuration, with the token that belongs to it.</summary>
    internal sealed record Configure(BootContent Content, BootPlan Plan) : BootEffect;

    /// <summary>Take the member out of traffic, before its sidecar restarts for this.</summary>
    internal sealed record TakeOut(TimeSpan Delay) : BootEffect;

    /// <summary>Bring the member back into traffic: its sidecar is ready.</summary>
    internal sealed record PutIn : BootEffect;

    /// <summary>Deliver again after a while.</summary>
    internal sealed record DeliverAfter(TimeSpan Pause) : BootEffect;

    /// <summary>Write what the agent has after a while, unless that is coming anyway.</summary>
    internal sealed record WriteAfter(TimeSpan Pause) : BootEffect;
}
