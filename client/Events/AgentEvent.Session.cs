using Onboarding.Client.Errors;

namespace Onboarding.Client.Events;

/// <summary>In the session with the plane.</summary>
internal abstract partial record AgentEvent
{
    /// <summary>The session with the plane is established.</summary>
    public sealed record Connected(string Instance, string SessionId, long Epoch, TimeSpan? GracePeriod) : AgentEvent(OnboardingPhase.Connected, false)
    {
        public override string Message => Text($"session {SessionId} with {Instance}, epoch {Epoch}");

        public override IReadOnlyList<(string Name, string Value)> Properties =>
            [("instance", Instance), ("sessionId", SessionId), ("epoch", Number(Epoch)), ("gracePeriod", GracePeriod is { } period ? Text($"{period:c}") : "")];
    }

    /// <summary>The onboarding token was renewed with a fresh credential, and the plane took it.</summary>
    public sealed record TokenRenewed(DateTimeOffset ExpiresAt) : AgentEvent(OnboardingPhase.TokenRenewed, false)
    {
        public override string Message => Text($"onboarding token renewed until {ExpiresAt:u}");

        public override IReadOnlyList<(string Name, string Value)> Properties => [("tokenExpiresAt", RoundTrip(ExpiresAt))];
    }

    /// <summary>The onboarding token couldn't be renewed in the session; the agent tries again while the session lasts.</summary>
    public sealed record RenewalFailed(OnboardingException Why) : Failed(OnboardingPhase.RenewalFailed, Why);

    /// <summary>The host has another address, and the plane knows it.</summary>
    public sealed record AddressChanged(string Address) : AgentEvent(OnboardingPhase.AddressChanged, false)
    {
        public override string Message => $"the host's addresses changed: WorkloadEntry {Address}";

        public override IReadOnlyList<(string Name, string Value)> Properties => [("address", Address)];
    }

    /// <summary>The host has another address, and the plane couldn't be told; the agent tries again.</summary>
    public sealed record AddressNotTold(OnboardingException Why) : Failed(OnboardingPhase.AddressNotTold, Why);

    /// <summary>The plane renewed the sidecar's token for the control plane.</summary>
    public sealed record IstioTokenRenewed(DateTimeOffset? ExpiresAt) : AgentEvent(OnboardingPhase.IstioTokenRenewed, false)
    {
        public override string Message => Text($"istio-token renewed until {ExpiresAt:u}");
    }

    /// <summary>The istio-token is about to expire, or has, and the plane hasn't renewed it.</summary>
    /// <param name="ExpiresAt">When.</param>
    /// <param name="Remaining">How long it is good still; not positive if it has expired.</param>
    public sealed record IstioTokenExpiring(DateTimeOffset ExpiresAt, TimeSpan Remaining) : AgentEvent(OnboardingPhase.IstioTokenExpiring, true)
    {
        private const string Remedy =
            "The sidecar goes on with the certificate it holds (a day, from Istio); after that, or if it has none, it needs the plane: "
            + "see why this machine isn't connected with: journalctl -u onboarding-agent | grep -E 'Disconnected|Refused|AttemptFailed|RenewalFailed'";

        public override string Message => Remaining <= TimeSpan.Zero
            ? Text($"the istio-token expired at {ExpiresAt:u} and wasn't renewed. {Remedy}")
            : Text($"the istio-token expires at {ExpiresAt:u}, in {Math.Ceiling(Remaining.TotalMinutes)} min, and wasn't renewed. {Remedy}");

        public override IReadOnlyList<(string Name, string Value)> Properties => [("expiresAt", RoundTrip(ExpiresAt))];
    }

    /// <summary>The plane sent the agent to another instance, and its turn has come.</summary>
    /// <param name="Waited">How long it waited for that; the session served meanwhile.</param>
    public sealed record Relocating(TimeSpan Waited) : AgentEvent(OnboardingPhase.Relocating, false)
    {
        public override string Message => Text($"moving to another instance, as the plane asks, after {Waited.TotalSeconds:0.0} s");
    }

    /// <summary>The session ended without being meant to.</summary>
    public sealed record Disconnected(OnboardingException Why, TimeSpan RetryIn) : Retried(OnboardingPhase.Disconnected, Why, RetryIn);

    /// <summary>The workload's record was removed from the cluster, and the agent joins again.</summary>
    public sealed record RegistrationGone(string Reason) : AgentEvent(OnboardingPhase.RegistrationGone, true)
    {
        public override string Message => $"the registration was removed ({Reason}); joining again";

        public override IReadOnlyList<(string Name, string Value)> Properties => [("reason", Reason)];
    }

    /// <summary>An operator excluded this machine: the record was removed, and it is to stay out.</summary>
    public sealed record Excluded(string Reason) : Failed(
        OnboardingPhase.RegistrationGone,
        new OnboardingException(
            ErrorIds.RegistrationGone,
            $"The registration was removed ({Reason}), and this machine is to stay out.",
            "ask the operator why; to rejoin: onboarding-agent register --override-exclusion, or Register-MeshWorkload -Force")
        { Reason = Reason });
}
