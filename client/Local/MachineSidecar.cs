using Onboarding.Api;

namespace Onboarding.Client.Local;

/// <summary>This machine's sidecar, in plain values.</summary>
public sealed record MachineSidecar
{
    /// <summary>Name of the group.</summary>
    public required string Name { get; init => field = ForeignText.Clean(value); }

    /// <summary><c>Stopped</c>, <c>Starting</c>, <c>Running</c> or <c>Failed</c>.</summary>
    public required string Status { get; init => field = ForeignText.Clean(value); }

    /// <summary><c>Istio</c>, <c>Probe</c> or <c>Command</c>.</summary>
    public required string Kind { get; init => field = ForeignText.Clean(value); }

    /// <summary>Its process; null if it doesn't run.</summary>
    public int? ProcessId { get; init; }

    /// <summary>Control-plane revision.</summary>
    public required string Revision { get; init => field = ForeignText.Clean(value); }

    /// <summary>True if it says that it is ready.</summary>
    public required bool IsReady { get; init; }

    /// <summary>When it started.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When its certificate expires, if it tells.</summary>
    public DateTimeOffset? CertificateExpiresAt { get; init; }

    /// <summary>Why it isn't ready.</summary>
    public required string Message { get; init => field = ForeignText.CleanLines(value); }

    /// <summary>The files that its output goes to.</summary>
    public required IReadOnlyList<string> LogFiles { get; init; }

    /// <summary>What won't work on this machine as people expect while it runs, each with what helps.</summary>
    public IReadOnlyList<string> Notices { get; init => field = [.. value.Select(ForeignText.Clean)]; } = [];

    /// <summary>State directory of its workload.</summary>
    public required string StateDirectory { get; init; }
}
