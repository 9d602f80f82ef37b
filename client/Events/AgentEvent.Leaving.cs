using Onboarding.Client.Errors;

namespace Onboarding.Client.Events;

/// <summary>The way out.</summary>
internal abstract partial record AgentEvent
{
    /// <summary>The agent was told to stop.</summary>
    public sealed record LeavingBegan() : AgentEvent(OnboardingPhase.Leaving, false)
    {
        public override string Message => "leaving the mesh";
    }

    /// <summary>The platform takes the machine away, and the agent leaves before.</summary>
    /// <param name="What">What the platform says.</param>
    /// <param name="Deadline">When; null if it doesn't say.</param>
    public sealed record DepartureNoticed(string What, DateTimeOffset? Deadline) : AgentEvent(OnboardingPhase.DepartureNoticed, true)
    {
        public override string Message => Deadline is { } at ? $"{What} at {Readable(at)}" : What;

        public override IReadOnlyList<(string Name, string Value)> Properties => [("deadline", Deadline is { } at ? RoundTrip(at) : "")];
    }

    /// <summary>The notice is gone, and the machine still here.</summary>
    public sealed record DepartureCancelled() : AgentEvent(OnboardingPhase.DepartureCancelled, false)
    {
        public override string Message => "the platform's notice is gone and this machine still here: joining again";
    }

    /// <summary>The platform couldn't be asked or told.</summary>
    public sealed record NoticesUnread(OnboardingException Why) : Failed(OnboardingPhase.NoticesUnread, Why);

    /// <summary>The workload's records are gone from the cluster.</summary>
    public sealed record Unregistered(string Namespace, string Registration, string Endpoint) : AgentEvent(OnboardingPhase.Unregistered, false)
    {
        public override string Message => $"unregistered '{Namespace}/{Registration}' (plane {Endpoint})";

        public override IReadOnlyList<(string Name, string Value)> Properties => [("registration", Registration)];
    }

    /// <summary>Could not unregister from the plane.</summary>
    public sealed record UnregisterFailed(OnboardingException Why) : Failed(OnboardingPhase.UnregisterFailed, Why);

    /// <summary>The sidecar serves on, so that its clients learn that it leaves.</summary>
    public sealed record Draining(TimeSpan UpTo) : AgentEvent(OnboardingPhase.Draining, false)
    {
        public override string Message => Text($"the sidecar serves on for up to {UpTo.TotalSeconds:0.###} s");
    }

    /// <summary>Boot configuration and token are removed; the key is kept.</summary>
    public sealed record Left() : AgentEvent(OnboardingPhase.Left, false)
    {
        public override string Message => "boot configuration and token removed; the machine's key is kept";
    }
}
