using System.Management.Automation;
using Onboarding.Client.Local;

namespace Onboarding.Cmdlets;

/// <summary>Where a machine is on its way into the mesh, and why it isn't further. What isn't known is null.</summary>
public sealed partial class OnboardingStatus
{
    private OnboardingStatus(string ns, string workloadGroup, string phase)
    {
        Namespace = ns;
        WorkloadGroup = workloadGroup;
        Phase = phase;
    }

    /// <summary>Namespace of the group.</summary>
    public string Namespace { get; }

    /// <summary>Name of the group.</summary>
    public string WorkloadGroup { get; }

    /// <summary>The machine: its registration's name without the group.</summary>
    public string? Instance { get; private init; }

    /// <summary>Name of the registration.</summary>
    public string? Name { get; private init; }

    /// <summary>Where it is: <c>Connected</c>, <c>Healthy</c>, <c>Refused</c>…</summary>
    public string Phase { get; }

    /// <summary>Since when.</summary>
    public DateTimeOffset? Since { get; private init; }

    /// <summary>For how long.</summary>
    public TimeSpan? For => TimeProvider.System.GetUtcNow() - Since;

    /// <summary>The phase, and for how long, in words; of a refusal, which is a moment, how long ago.</summary>
    [Hidden]
    public string PhaseText => Since is null ? Phase : $"{Phase} ({SpanText.Format(For)}{(Phase == "Refused" ? " ago" : "")})";

    /// <summary>For how long, as a column has it.</summary>
    [Hidden]
    public string ForText => SpanText.Age(For);

    /// <summary>How long ago the plane last heard of it, as a column has it.</summary>
    [Hidden]
    public string LastSeenText => SpanText.Age(TimeProvider.System.GetUtcNow() - LastSeen);

    /// <summary>Error id of what went wrong.</summary>
    public string? Reason { get; private init; }

    /// <summary>When the plane last heard of it.</summary>
    public DateTimeOffset? LastSeen { get; private init; }

    /// <summary>What went wrong.</summary>
    public string? Explanation { get; private init; }

    /// <summary>What to do about it.</summary>
    public string? Remediation { get; private init; }

    /// <summary>Finds the plane's decision.</summary>
    public string? CorrelationId { get; private init; }

    /// <summary>Who it proved to be. <c>-Identity</c> takes it.</summary>
    public MeshIdentity? Identity { get; private init; }

    /// <summary>Address in the WorkloadEntry.</summary>
    public string? Address { get; private init; }

    /// <summary>Who it is in the mesh.</summary>
    public string? SpiffeId { get; private init; }

    /// <summary>What was reached, and how long each took.</summary>
    public FlatList<OnboardingMilestone>? Timeline { get; private init; }

    /// <summary>When the onboarding token expires.</summary>
    public DateTimeOffset? TokenExpiresAt { get; private init; }

    /// <summary>How long the onboarding token is good, and what becomes of it.</summary>
    public OnboardingTokenLife? Token => OnboardingTokenLife.Until(TokenExpiresAt, Phase);

    /// <summary>Who owns the session on this machine: <c>Service</c>, or <c>Process</c> for a PowerShell.</summary>
    public string? Session { get; private init; }

    /// <summary>The owner's process.</summary>
    public int? ProcessId { get; private init; }

    /// <summary>Instance of the plane that holds its session, as the cluster says.</summary>
    public string? ConnectedTo { get; private init; }

    /// <summary>State directory, if it is this machine's.</summary>
    public string? StateDirectory { get; private init; }

    /// <summary>What happened last, newest first.</summary>
    public FlatList<OnboardingEvent> Events { get; private init; } = new([]);

    /// <inheritdoc/>
    public override string ToString() => Name ?? $"{Namespace}/{WorkloadGroup} {Instance}";

    internal static OnboardingStatus FromMachine(MachineStatus status) => new(status.Namespace, status.WorkloadGroup, status.Phase)
    {
        Name = NullIfEmpty(status.Registration),
        Instance = status.Registration.StartsWith(status.WorkloadGroup + "-", StringComparison.Ordinal)
            ? status.Registration[(status.WorkloadGroup.Length + 1)..]
            : NullIfEmpty(status.Registration),
        Since = status.PhaseSince,
        Reason = status.Failure?.ErrorId,
        LastSeen = status.Phase is "Connected" or "Healthy" ? TimeProvider.System.GetUtcNow() : status.PhaseSince,
        Explanation = status.Failure?.Message,
        Remediation = status.Failure?.NextStep,
        CorrelationId = status.Failure?.CorrelationId,
        Address = NullIfEmpty(status.Address),
        SpiffeId = NullIfEmpty(status.SpiffeId),
        Timeline = status.Timeline.Count == 0 ? null : new FlatList<OnboardingMilestone>(status.Timeline.Select(m => new OnboardingMilestone(m))),
        TokenExpiresAt = status.TokenExpiresAt,
        StateDirectory = status.StateDirectory,
        Session = status.Session,
        ProcessId = status.ProcessId,
        Events = new FlatList<OnboardingEvent>(status.Steps.Take(5).Select(s => new OnboardingEvent(s))),
    };

    private static string? NullIfEmpty(string text) => text.Length == 0 ? null : text;
}
