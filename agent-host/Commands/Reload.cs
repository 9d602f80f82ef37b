using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using Onboarding.Client.Configuration;

namespace Onboarding.AgentHost.Commands;

/// <summary>Whether the agent is to go on with other files. A configuration that can't be used changes nothing: the machine stays in the mesh.</summary>
/// <param name="load">Reads the configuration.</param>
/// <param name="logger">Where to log.</param>
internal sealed partial class Reload(Func<LoadedConfiguration> load, ILogger logger)
{
    private readonly TaskCompletionSource _wanted = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes once it was asked for and the configuration can be used.</summary>
    public Task Wanted => _wanted.Task;

    /// <summary>Answers SIGHUP.</summary>
    public void OnSignal(PosixSignalContext signal)
    {
        signal.Cancel = true;
        LoadedConfiguration loaded = load();
        if (!loaded.Errors.Any())
        {
            LogReloading(logger);
            _wanted.TrySetResult();
            return;
        }

        foreach (FileProblem problem in loaded.Errors)
        {
            LogUnusable(logger, problem.ToString(), loaded.NextStep);
        }
    }

    [LoggerMessage(6006, LogLevel.Information, "going on with the configuration of now; the machine stays in the mesh", EventName = "Reloading")]
    private static partial void LogReloading(ILogger logger);

    [LoggerMessage(6007, LogLevel.Error, "the configuration of before stays in force: {Problem}. Next: {NextStep}", EventName = "NotReloaded")]
    private static partial void LogUnusable(ILogger logger, string problem, string nextStep);
}
