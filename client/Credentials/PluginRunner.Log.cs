using Microsoft.Extensions.Logging;

namespace Onboarding.Client.Credentials;

internal sealed partial class PluginRunner
{
    [LoggerMessage(5201, LogLevel.Information, "Plugin {Plugin}: {Line}", EventName = "PluginDiagnostics")]
    private static partial void LogDiagnostics(ILogger logger, string plugin, string line);

    [LoggerMessage(5202, LogLevel.Warning, "Plugin {Plugin} is unavailable ({Message}); calling it again in {Wait}",
        EventName = "PluginUnavailable")]
    private static partial void LogUnavailable(ILogger logger, string plugin, string message, TimeSpan wait);
}
