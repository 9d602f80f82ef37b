using Microsoft.Extensions.Logging;

namespace Onboarding.Client.Sidecar;

internal sealed partial class SidecarSupervisor
{
    [LoggerMessage(5301, LogLevel.Debug, "Sidecar process {ProcessId} started: {Path}", EventName = "SidecarProcessStarted")]
    private static partial void LogStarted(ILogger logger, int processId, string path);

    [LoggerMessage(5302, LogLevel.Information, "Took over sidecar process {ProcessId}, which an agent before this one left running",
        EventName = "SidecarAdopted")]
    private static partial void LogAdopted(ILogger logger, int processId);

    [LoggerMessage(5303, LogLevel.Warning, "Stopping sidecar process {ProcessId}, which an agent before this one left running",
        EventName = "SidecarOrphanStopped")]
    private static partial void LogOrphan(ILogger logger, int processId);

    [LoggerMessage(5304, LogLevel.Warning, "The sidecar hadn't ended {Seconds:0.0} s after SIGTERM and was killed", EventName = "SidecarKilled")]
    private static partial void LogKilled(ILogger logger, double seconds);

    [LoggerMessage(5305, LogLevel.Warning, "{Failure} Starting it again in {Wait}", EventName = "SidecarFailed")]
    private static partial void LogFailed(ILogger logger, string failure, TimeSpan wait);

    [LoggerMessage(5306, LogLevel.Warning, "The sidecar's log couldn't be rotated: {Reason}", EventName = "SidecarLogNotRotated")]
    private static partial void LogNotRotated(ILogger logger, string reason);
}
