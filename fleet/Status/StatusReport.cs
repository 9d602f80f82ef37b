using Onboarding.Api;

namespace Onboarding.Fleet.Status;

/// <summary>How a workload is, whether it joined or was refused.</summary>
public sealed record StatusReport
{
    /// <summary>Name of its registration; null if it was refused before it had one.</summary>
    public string? Name { get; init => field = ForeignText.CleanIfAny(value); }

    /// <summary>Namespace of its group.</summary>
    public required string Namespace { get; init => field = ForeignText.Clean(value); }

    /// <summary>Its WorkloadGroup.</summary>
    public required string Group { get; init => field = ForeignText.Clean(value); }

    /// <summary>Platform and instance, e.g. <c>jwt-demo--laptop</c>.</summary>
    public string? Instance { get; init => field = ForeignText.CleanIfAny(value); }

    /// <summary>Where it is: <c>Refused</c>, <c>Registered</c>, <c>Connected</c>, <c>Lost</c>.</summary>
    public required string Phase { get; init => field = ForeignText.Clean(value); }

    /// <summary>Since when.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Why, for programs; of a refusal the error id, e.g. <c>PolicyDenied</c>.</summary>
    public string? Reason { get; init => field = ForeignText.CleanIfAny(value); }

    /// <summary>When it was last heard of.</summary>
    public DateTimeOffset? LastSeen { get; init; }

    /// <summary>Why, for people.</summary>
    public string? Explanation { get; init => field = ForeignText.CleanLinesIfAny(value); }

    /// <summary>Who it was proved to be, as JSON.</summary>
    public string? IdentityJson { get; init; }

    /// <summary>Who it is in the mesh; null while it had no session.</summary>
    public string? SpiffeId { get; init => field = ForeignText.CleanIfAny(value); }

    /// <summary>The command that would help.</summary>
    public string? Remediation { get; init => field = ForeignText.CleanIfAny(value); }

    /// <summary>What finds the decisions in the audit log, the newest first.</summary>
    public IReadOnlyList<string> CorrelationIds { get; init => field = [.. value.Select(ForeignText.Clean)]; } = [];

    /// <summary>How often it was refused, as far as the cluster counted.</summary>
    public int? Count { get; init; }

    /// <summary>Address other workloads reach it at.</summary>
    public string? Address { get; init => field = ForeignText.CleanIfAny(value); }

    /// <summary>Instance of the plane that holds its session.</summary>
    public string? ConnectedTo { get; init => field = ForeignText.CleanIfAny(value); }
}
