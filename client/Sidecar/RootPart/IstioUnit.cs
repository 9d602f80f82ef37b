using System.Globalization;
using Onboarding.Client.Errors;
using Onboarding.Client.Processes;

namespace Onboarding.Client.Sidecar.RootPart;

/// <summary>The unit of Istio's package.</summary>
/// <param name="systemctl">The machine's service manager.</param>
internal sealed class IstioUnit(Systemctl systemctl)
{
    private const string Name = "istio.service";

    /// <summary>True unless it has ended, with all that it does after its end.</summary>
    public async Task<bool> IsActiveAsync() => await systemctl.StateAsync(Name) is not ("inactive" or "failed");

    /// <summary>Starts it.</summary>
    /// <returns>Its main process.</returns>
    /// <exception cref="OnboardingException"><see cref="ErrorIds.SidecarFailed"/> or <see cref="ErrorIds.SidecarNotInstalled"/>.</exception>
    public async Task<int> StartAsync()
    {
        FinishedCommand started = await systemctl.RunAsync("start", Name);
        if (!started.Succeeded)
        {
            throw Failed("started", started);
        }

        FinishedCommand shown = await systemctl.RunAsync("show", "--property=MainPID", "--value", Name);
        return int.TryParse(shown.Output.Trim(), CultureInfo.InvariantCulture, out int id) && id > 1
            ? id
            : throw Failed("kept running", shown);
    }

    /// <summary>Stops it, and waits until it has drained.</summary>
    /// <exception cref="OnboardingException"><see cref="ErrorIds.SidecarFailed"/>.</exception>
    public async Task StopAsync()
    {
        // The agent's unit is ordered after this one, so its stop would wait for the end of the agent, which waits for this stop.
        FinishedCommand stopped = await systemctl.RunAsync("stop", "--job-mode=ignore-dependencies", Name);
        if (!stopped.Succeeded)
        {
            throw Failed("stopped", stopped);
        }
    }

    private static OnboardingException Failed(string what, FinishedCommand command) => new(
        ErrorIds.SidecarFailed,
        $"{Name} could not be {what}: {command.Errors.Trim().Split('\n')[^1].TrimEnd('.')}.",
        $"systemctl status {Name}; journalctl -u {Name} -n 50");
}
