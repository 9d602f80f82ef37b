using Onboarding.Api.Runtime;

namespace Onboarding.Endpoint.BootConfiguration;

/// <summary>What an agent is to have, and how it gets there from what it has. Planning again what was planned changes nothing.</summary>
/// <param name="Desired">What it is to have in the end. Its generation only rises.</param>
/// <param name="Restarts">True if it gets there by a restart, for which it waits its turn.</param>
/// <param name="Interim">Other hosts that it gets while it waits; null if those it has are right.</param>
internal sealed record BootPlan(BootConfigurationRevision Desired, bool Restarts, BootConfigurationRevision? Interim)
{
    /// <summary>Makes the plan.</summary>
    /// <param name="content">What the boot configuration should be now.</param>
    /// <param name="live">The live part that goes with the core the agent has.</param>
    /// <param name="held">What the agent has; null if nothing.</param>
    /// <param name="desired">What it was to have until now.</param>
    public static BootPlan Create(BootContent content, LiveContent live, BootConfigurationRevision? held, BootConfigurationRevision? desired)
    {
        bool isAsPlanned = content.Is(desired);
        BootConfigurationRevision next = isAsPlanned ? desired! : After(content, desired, 1);
        if (held is null || held.CoreHash == content.CoreHash)
        {
            return new BootPlan(next, Restarts: false, Interim: null);
        }

        if (held.LiveHash == live.Hash)
        {
            return new BootPlan(next, Restarts: true, Interim: null);
        }

        // The hosts it gets in between are a version of their own, with a generation below the one that waits.
        bool hasRoom = isAsPlanned && desired!.Generation - 1 > held.Generation;
        next = hasRoom ? desired! : After(content, desired, 2);
        return new BootPlan(next, Restarts: true, new BootConfigurationRevision(next.Generation - 1, held.CoreHash, live.Hash));
    }

    private static BootConfigurationRevision After(BootContent content, BootConfigurationRevision? desired, int steps) =>
        new((desired?.Generation ?? 0) + steps, content.CoreHash, content.Live.Hash);
}
