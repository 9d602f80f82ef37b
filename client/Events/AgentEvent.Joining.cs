using Onboarding.Client.Errors;

namespace Onboarding.Client.Events;

/// <summary>The way in.</summary>
internal abstract partial record AgentEvent
{
    /// <summary>The agent's key is there.</summary>
    public sealed record KeyReady(string Thumbprint, bool IsNew) : AgentEvent(OnboardingPhase.KeyReady, false)
    {
        public override string Message => $"agent key {Thumbprint} {(IsNew ? "made" : "loaded")}";

        public override IReadOnlyList<(string Name, string Value)> Properties => [("thumbprint", Thumbprint)];
    }

    /// <summary>The key on disk was made on another machine, and was replaced.</summary>
    public sealed record KeyReplaced(string StateDirectory, string Thumbprint) : AgentEvent(OnboardingPhase.KeyReplaced, true)
    {
        public override string Message =>
            $"the key in {StateDirectory} was made on another machine: this disk is a copy. A new key {Thumbprint} was made; an identity that is bound to the old one needs: kubectl delete workloadkeybinding";

        public override IReadOnlyList<(string Name, string Value)> Properties => [("thumbprint", Thumbprint)];
    }

    /// <summary>The configuration says not to verify the plane's certificate.</summary>
    public sealed record InsecureTransport(string Endpoint) : AgentEvent(OnboardingPhase.InsecureTransport, true)
    {
        public override string Message =>
            $"the certificate of {Endpoint} is NOT verified (transportSecurity.tls.insecureSkipVerify): anybody on the way can pose as the plane. Set tls.caFile instead";
    }

    /// <summary>What is on the disk belongs to another key's machine, and is removed.</summary>
    public sealed record StateDiscarded(string Registration, string Key) : AgentEvent(OnboardingPhase.StateDiscarded, true)
    {
        public override string Message => $"registration {Registration} was made with another key ({Key}); its boot configuration and certificate are removed";

        public override IReadOnlyList<(string Name, string Value)> Properties => [("registration", Registration)];
    }

    /// <summary>The plane answered.</summary>
    public sealed record PlaneFound(string Endpoint, string PlaneUid, TimeSpan ClockOffset, string? Certificate) : AgentEvent(OnboardingPhase.PlaneFound, false)
    {
        private string Offset => Text($"{ClockOffset.TotalSeconds:+0.0;-0.0;+0.0} s");

        public override string Message => $"connected to {Endpoint}, certificate '{Certificate}', clock {Offset}";

        public override IReadOnlyList<(string Name, string Value)> Properties =>
            [("endpoint", Endpoint), ("planeUid", PlaneUid), ("clockOffset", Offset), ("certificate", Certificate ?? "")];
    }

    /// <summary>A source gave a credential.</summary>
    public sealed record CredentialObtained(string Source, string Audience, DateTimeOffset ExpiresAt) : AgentEvent(OnboardingPhase.CredentialObtained, false)
    {
        public override string Message =>
            $"credential from {Source}, audience {Audience}{(ExpiresAt == DateTimeOffset.MaxValue ? "" : $", good until {Readable(ExpiresAt)}")}";

        public override IReadOnlyList<(string Name, string Value)> Properties => [("source", Source)];
    }

    /// <summary>A policy admits the workload.</summary>
    public sealed record Authorized : AgentEvent
    {
        public Authorized()
            : base(OnboardingPhase.Authorized, false)
        {
        }

        /// <summary>The group, <c>namespace/name</c>.</summary>
        public required string Group { get; init; }

        /// <summary>The policy that admits it.</summary>
        public required string Policy { get; init; }

        /// <summary>The policy's rule.</summary>
        public required int Rule { get; init; }

        /// <summary>The name that the registration will have.</summary>
        public required string Registration { get; init; }

        /// <summary>What finds the decision in the plane's audit log.</summary>
        public required string CorrelationId { get; init; }

        /// <summary>When the onboarding token expires.</summary>
        public required DateTimeOffset TokenExpiresAt { get; init; }

        public override string Message =>
            Text($"authorized to join {Group} by policy '{Policy}' rule {Rule}, token until {Readable(TokenExpiresAt)}");

        public override IReadOnlyList<(string Name, string Value)> Properties =>
        [
            ("policy", Policy), ("rule", Number(Rule)), ("registration", Registration), ("correlationId", CorrelationId),
            ("tokenExpiresAt", RoundTrip(TokenExpiresAt)),
        ];
    }

    /// <summary>The workload's records are in the cluster.</summary>
    public sealed record Registered(
        string Registration, string RegistrationUid, string Address, string SpiffeId, IReadOnlyList<string>? DroppedLabels = null)
        : AgentEvent(OnboardingPhase.Registered, false)
    {
        public override string Message => $"registered as {Registration}, WorkloadEntry {Address}, {SpiffeId}"
            + (DroppedLabels is { Count: > 0 } dropped ? $"; no rule of an OnboardingPolicy names the labels {string.Join(", ", dropped)}, and they were dropped" : "");

        public override IReadOnlyList<(string Name, string Value)> Properties =>
            [("registration", Registration), ("registrationUid", RegistrationUid), ("address", Address), ("spiffeId", SpiffeId)];
    }

    /// <summary>The plane said no; the agent asks again.</summary>
    public sealed record Refused(OnboardingException Why, TimeSpan RetryIn) : Retried(OnboardingPhase.Refused, Why, RetryIn);

    /// <summary>Something failed; the agent tries again.</summary>
    public sealed record AttemptFailed(OnboardingException Why, TimeSpan RetryIn) : Retried(OnboardingPhase.AttemptFailed, Why, RetryIn);

    /// <summary>The plane has refused the machine for its grace period, and the sidecar is taken down for it.</summary>
    public sealed record RefusedForGood(string Registration, TimeSpan After) : AgentEvent(OnboardingPhase.RefusedForGood, true)
    {
        public override string Message => Text(
            $"the plane has refused this machine for {After.TotalSeconds:0} s: its sidecar is stopped, and what it had of the mesh is removed. The agent asks on. To keep the sidecar in such a case: sidecar.whenRefused: Keep");

        public override IReadOnlyList<(string Name, string Value)> Properties => [("registration", Registration)];
    }

    /// <summary>A bug ended the agent; it does nothing until it is told to join again.</summary>
    public sealed record Crashed(OnboardingException Why) : Failed(OnboardingPhase.AttemptFailed, Why);
}
