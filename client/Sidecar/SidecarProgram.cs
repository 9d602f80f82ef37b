using Onboarding.Api.Configuration;
using Onboarding.Api.Registration;
using Onboarding.Client.Errors;

namespace Onboarding.Client.Sidecar;

/// <summary>The sidecar as the configuration names it.</summary>
/// <param name="Path">Its executable.</param>
internal sealed record SidecarProgram(string Path)
{
    /// <summary>What it is, for people: <c>Istio</c>, <c>Probe</c> or <c>Command</c>.</summary>
    public string Kind { get; init; } = "Command";

    /// <summary>Where it tells on loopback of its certificate, in the form of Envoy's <c>/certs</c>; null if it doesn't.</summary>
    public Uri? Certificates { get; init; }

    /// <summary>Arguments.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>What the command lines of its processes name: one of these.</summary>
    public IReadOnlyList<string> Programs { get; init; } = [Path];

    /// <summary>The user that it runs as, beside the agent's own; null for none.</summary>
    public uint? UserId { get; init; }

    /// <summary>Variables added to the agent's own environment.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Working directory; null for the agent's.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>Says which files what it writes ends up in; they are rotated, and quoted where it fails. An administrator may change them.</summary>
    public Func<IReadOnlyList<SidecarLogFile>> FindLogs { get; init; } = () => [];

    /// <summary>The files that what it writes ends up in now.</summary>
    public IReadOnlyList<SidecarLogFile> Logs => FindLogs();

    /// <summary>File that standard output is appended to; null to share the agent's.</summary>
    public string? StandardOutput { get; init; }

    /// <summary>File that standard error is appended to; null to share the agent's.</summary>
    public string? StandardError { get; init; }

    /// <summary>Where it says on loopback that it is ready; null if it doesn't.</summary>
    public Uri? Readiness { get; init; }

    /// <summary>How long it may drain after SIGTERM before it is killed.</summary>
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Asks what its version is, for the registration; it never fails, but for being cancelled.</summary>
    public Func<CancellationToken, Task<string>> ReadVersionAsync { get; init; } = _ => Task.FromResult(VersionText.Unknown);

    /// <summary>Names, in hexadecimal digits, the programs on the disk that a start would run; empty where they aren't followed.</summary>
    public Func<string> ReadPackage { get; init; } = () => "";

    /// <summary>What can be started where the installed programs don't work; null for nothing.</summary>
    public IKeptPrograms? Kept { get; init; }

    /// <summary>Control-plane revision; null for the default one.</summary>
    public string? Revision { get; init; }

    /// <summary>The lock of an owner without whom it shall not go on (a PowerShell session); null for a service, which comes back.</summary>
    public string? OwnerLock { get; init; }

    /// <summary>Why it can't be started by this process, however often that is tried; null if it can.</summary>
    public OnboardingException? Refusal { get; init; }

    /// <summary>Starts it where the agent may not: as a unit of the service manager; null: it is a child of the agent.</summary>
    public Func<CancellationToken, Task<ISidecarProcess>>? StartUnitAsync { get; init; }

    /// <summary>When the machine's traffic goes to it.</summary>
    public CaptureConfiguration Capture { get; init; } = new();

    /// <summary>The machine around it; null if a start changes nothing there.</summary>
    public ISidecarHost? Host { get; init; }
}
