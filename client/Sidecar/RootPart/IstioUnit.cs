using System.Globalization;
using Onboarding.Client.Errors;
using Onboarding.Client.Processes;

namespace Onboarding.Client.Sidecar.RootPart;

/// <summary>The unit of Istio's package.</summary>
/// <param name="root">Root of the file system; <c>/</c> but for tests.</param>
internal sealed class IstioUnit(string root)
{
    private const string Name = "istio.service";

    // The unit's own TimeoutStopSec is 30 s; its ExecStopPost comes after that.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(75);
    private readonly MachineTools _tools = new(root);

    /// <summary>True unless it has ended, with all that it does after its end.</summary>
    public async Task<bool> IsActiveAsync() =>
        (await RunAsync("show", "--property=ActiveState", "--value", Name)).Output.Trim() is not ("inactive" or "failed");

    /// <summary>Starts it.</summary>
    /// <returns>Its main process.</returns>
    /// <exception cref="OnboardingException"><see cref="ErrorIds.SidecarFailed"/> or <see cref="ErrorIds.SidecarNotInstalled"/>.</exception>
    public async Task<int> StartAsync()
    {
        FinishedCommand started = await RunAsync("start", Name);
        if (!started.Succeeded)
        {
            throw Failed("started", started);
        }

        FinishedCommand shown = await RunAsync("show", "--property=MainPID", "--value", Name);
        return int.TryParse(shown.Output.Trim(), CultureInfo.InvariantCulture, out int id) && id > 1
            ? id
            : throw Failed("kept running", shown);
    }

    /// <summary>Stops it, and waits until it has drained.</summary>
    /// <exception cref="OnboardingException"><see cref="ErrorIds.SidecarFailed"/>.</exception>
    public async Task StopAsync()
    {
        FinishedCommand stopped = await RunAsync("stop", Name);
        if (!stopped.Succeeded)
        {
            throw Failed("stopped", stopped);
        }
    }

    private static OnboardingException Failed(string what, FinishedCommand command) => new(
        ErrorIds.SidecarFailed,
        $"{Name} could not be {what}: {command.Errors.Trim().Split('\n')[^1].TrimEnd('.')}.",
        $"systemctl status {Name}; journalctl -u {Name} -n 50");

    private Task<FinishedCommand> RunAsync(params string[] arguments) => FinishedCommand.RunAsync(
        new Launch(_tools.Find("systemctl") ?? "/usr/bin/systemctl")
        {
            Arguments = ["--no-ask-password", .. arguments],
            Environment = new Dictionary<string, string> { ["LC_ALL"] = "C" },
        },
        Patience);
}
