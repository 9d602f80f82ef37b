using Microsoft.Extensions.Logging;

namespace Onboarding.AgentHost.Control;

internal sealed partial class ControlServer
{
    [LoggerMessage(6010, LogLevel.Information, "control socket {Path}", EventName = "ControlListening")]
    private static partial void LogListening(ILogger logger, string path);

    [LoggerMessage(6011, LogLevel.Warning,
        "no control socket {Path}: {Why}. The agent runs without: its status is in this log. Next: ls -ld {Path}",
        EventName = "ControlUnavailable")]
    private static partial void LogUnavailable(ILogger logger, string path, string why);
}
