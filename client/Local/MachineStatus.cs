using Onboarding.Api;

namespace Onboarding.Client.Local;

/// <summary>How this machine is in the mesh, in plain values.</summary>
public sealed record MachineStatus
{
    /// <summary>What owns the session: <c>Service</c> or <c>Process</c>.</summary>
    public required string Session { get; init => field = ForeignText.Clean(value); }

    /// <summary>The owner's process.</summary>
    public required int ProcessId { get; init; }

    /// <summary>State directory.</summary>
    public required string StateDirectory { get; init; }

    /// <summary>The plane.</summary>
    public required string Endpoint { get; init => field = ForeignText.Clean(value); }

    /// <summary>False if the configuration says not to verify the plane's certificate.</summary>
    public required bool IsTransportVerified { get; init; }

    /// <summary>Namespace of the group.</summary>
    public required string Namespace { get; init => field = ForeignText.Clean(value); }

    /// <summary>Name of the group.</summary>
    public required string WorkloadGroup { get; init => field = ForeignText.Clean(value); }

    /// <summary>Name of the registration; empty if there is none.</summary>
    public required string Registration { get; init => field = ForeignText.Clean(value); }

    /// <summary>Address in the WorkloadEntry.</summary>
    public required string Address { get; init => field = ForeignText.Clean(value); }

    /// <summary>Who the workload is in the mesh.</summary>
    public required string SpiffeId { get; init => field = ForeignText.Clean(value); }

    /// <summary>The policy that admitted it.</summary>
    public required string Policy { get; init => field = ForeignText.Clean(value); }

    /// <summary>Where it is: <c>Connected</c>, <c>Healthy</c>, <c>Refused</c>…</summary>
    public required string Phase { get; init => field = ForeignText.Clean(value); }

    /// <summary>Since when.</summary>
    public DateTimeOffset? PhaseSince { get; init; }

    /// <summary>What was reached, and how long each took.</summary>
    public required IReadOnlyList<MachineMilestone> Timeline { get; init; }

    /// <summary>When the onboarding token expires.</summary>
    public DateTimeOffset? TokenExpiresAt { get; init; }

    /// <summary>Where the boot configuration is; empty if there is none.</summary>
    public required string BootDirectory { get; init; }

    /// <summary>What went wrong; null if all is well.</summary>
    public MachineFailure? Failure { get; init; }

    /// <summary>The last steps, newest first.</summary>
    public required IReadOnlyList<MachineStep> Steps { get; init; }

    /// <summary>The sidecar.</summary>
    public required MachineSidecar Sidecar { get; init; }
}

/// <summary>What went wrong on this machine.</summary>
/// <param name="ErrorId">Stable name, as error records have it.</param>
/// <param name="Message">What, and where.</param>
/// <param name="NextStep">What to do about it.</param>
/// <param name="CorrelationId">Finds the plane's decision; null if it made none.</param>
public sealed record MachineFailure(string ErrorId, string Message, string NextStep, string? CorrelationId)
{
    /// <summary>Stable name.</summary>
    public string ErrorId { get; } = ForeignText.Clean(ErrorId);

    /// <summary>What went wrong.</summary>
    public string Message { get; } = ForeignText.CleanLines(Message);

    /// <summary>What to do about it.</summary>
    public string NextStep { get; } = ForeignText.CleanLines(NextStep);

    /// <summary>What finds the decision in the audit log.</summary>
    public string? CorrelationId { get; } = ForeignText.CleanIfAny(CorrelationId);
}

/// <summary>Something this machine reached on its way.</summary>
/// <param name="Name">Its name, e.g. <c>Authorized</c>.</param>
/// <param name="Took">How long it took from the one before.</param>
public sealed record MachineMilestone(string Name, TimeSpan Took)
{
    /// <summary>Its name.</summary>
    public string Name { get; } = ForeignText.Clean(Name);
}

/// <summary>A step of this machine's way.</summary>
/// <param name="Time">When.</param>
/// <param name="Elapsed">Since it was told to join.</param>
/// <param name="Name">Its name, e.g. <c>Registered</c>.</param>
/// <param name="Message">What happened.</param>
public sealed record MachineStep(DateTimeOffset Time, TimeSpan Elapsed, string Name, string Message)
{
    /// <summary>Name of the step.</summary>
    public string Name { get; } = ForeignText.Clean(Name);

    /// <summary>What happened.</summary>
    public string Message { get; } = ForeignText.CleanLines(Message);
}
