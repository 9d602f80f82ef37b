using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Onboarding.Api.Configuration;
using Onboarding.Client.Errors;

namespace Onboarding.Client.Credentials;

/// <summary>Calls plugins, again while they are unavailable, and reads their answers.</summary>
/// <param name="settings">How often to call, and how long to wait for an answer.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Where to log.</param>
/// <param name="execute">Executes a plugin; null: as a process of this one.</param>
internal sealed partial class PluginRunner(ConnectionSettings settings, TimeProvider time, ILogger<PluginRunner> logger, ExecutePlugin? execute = null)
{
    // While a plugin says that it is unavailable; then the next source has its turn, and this one again in the next round.
    private const int Attempts = 5;
    private readonly ExecutePlugin _execute = execute ?? new PluginProcess(settings.Timeout, time, logger).ExecuteAsync;

    /// <summary>Calls a method; tries again while the plugin says <c>UNAVAILABLE</c>.</summary>
    /// <param name="plugin">The plugin.</param>
    /// <param name="service">Full name of the service.</param>
    /// <param name="method">Name of the method.</param>
    /// <param name="request">The request message.</param>
    /// <param name="cancellationToken">Ends the call, and the plugin with it.</param>
    /// <exception cref="OnboardingException">One of the <c>Plugin…</c> error ids.</exception>
    public async Task<JsonObject> CallAsync(
        PluginConfiguration plugin,
        string service,
        string method,
        JsonObject request,
        CancellationToken cancellationToken)
    {
        for (int attempt = 1; ; attempt++)
        {
            (int exitCode, byte[] output) = await _execute(plugin, service, method, request, cancellationToken);
            if (exitCode == 0)
            {
                return Parse(plugin, output);
            }

            PluginFailure failure = PluginFailure.Read(output);
            if (failure.Code != PluginFailure.Unavailable || attempt == Attempts)
            {
                throw new OnboardingException(
                    ErrorIds.PluginFailed,
                    $"Plugin '{plugin.Name}' failed in {method} with exit code {exitCode}: {failure.CodeName} {failure.Message}".TrimEnd() + ".",
                    PluginProcess.Rerun(plugin, service, method, request));
            }

            TimeSpan wait = IntervalAfter(attempt);
            LogUnavailable(logger, plugin.Name, failure.Message, wait);
            await Task.Delay(wait, time, cancellationToken);
        }
    }

    private TimeSpan IntervalAfter(int attempts)
    {
        ExponentialBackoff backoff = settings.RetryPolicy.ExponentialBackoff;
        double ticks = backoff.InitialInterval.Ticks * Math.Pow(2, attempts - 1);
        return ticks >= backoff.MaxInterval.Ticks ? backoff.MaxInterval : TimeSpan.FromTicks((long)ticks);
    }

    private static JsonObject Parse(PluginConfiguration plugin, byte[] output)
    {
        try
        {
            if (JsonNode.Parse(output, documentOptions: new JsonDocumentOptions { MaxDepth = 32 }) is JsonObject answer)
            {
                return answer;
            }

            throw PluginAnswer.Invalid(plugin.Name, "it isn't a JSON object");
        }
        catch (JsonException e)
        {
            // Place, not text: the answer may hold a credential.
            throw PluginAnswer.Invalid(
                plugin.Name, $"it isn't JSON (line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1} of {output.Length} bytes)", e);
        }
    }

    [LoggerMessage(5202, LogLevel.Warning, "Plugin {Plugin} is unavailable ({Message}); calling it again in {Wait}",
        EventName = "PluginUnavailable")]
    private static partial void LogUnavailable(ILogger logger, string plugin, string message, TimeSpan wait);
}

/// <summary>Executes a plugin once.</summary>
/// <param name="plugin">The plugin.</param>
/// <param name="service">Full name of the service.</param>
/// <param name="method">Name of the method.</param>
/// <param name="request">The request message.</param>
/// <param name="cancellationToken">Ends the call, and the plugin with it.</param>
/// <returns>Its exit code, and what it printed on standard output.</returns>
/// <exception cref="OnboardingException">One of the <c>Plugin…</c> error ids.</exception>
internal delegate Task<(int ExitCode, byte[] Output)> ExecutePlugin(
    PluginConfiguration plugin, string service, string method, JsonObject request, CancellationToken cancellationToken);
