using Microsoft.Extensions.Logging;

namespace Onboarding.AgentHost.Commands;

internal sealed partial class RunCommand
{
    [LoggerMessage(6001, LogLevel.Information, "onboarding-agent {Version}, pid {ProcessId}, configuration {Onboarding} and {Agent}",
        EventName = "AgentStarting")]
    private static partial void LogStarting(ILogger logger, string version, int processId, string onboarding, string agent);

    [LoggerMessage(6002, LogLevel.Information, "onboarding-agent stopped", EventName = "AgentStopped")]
    private static partial void LogStopped(ILogger logger);

    [LoggerMessage(6003, LogLevel.Error, "{Failure}", EventName = "AgentFailed")]
    private static partial void LogFailed(ILogger logger, string failure);

    [LoggerMessage(6004, LogLevel.Warning, "{Problem}", EventName = "ConfigurationWarning")]
    private static partial void LogWarning(ILogger logger, string problem);

    [LoggerMessage(6005, LogLevel.Information, "received {Signal}", EventName = "StopSignal")]
    private static partial void LogSignal(ILogger logger, string signal);

    [LoggerMessage(6008, LogLevel.Error, "could not go on as a new program: {Why}", EventName = "NotContinued")]
    private static partial void LogNotContinued(ILogger logger, string why);
}
