using Onboarding.Client.Processes;

namespace Onboarding.Client.Sidecar.RootPart;

/// <summary>The machine's service manager, asked by the part of the agent that runs as root.</summary>
/// <param name="root">Root of the file system; <c>/</c> but for tests.</param>
internal sealed class Systemctl(string root)
{
    // Istio's unit has a TimeoutStopSec of 30 s; its ExecStopPost comes after that.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(75);
    private readonly MachineTools _tools = new(root);

    /// <summary>What state a unit is in, in systemd's word: <c>active</c>, <c>activating</c>, <c>inactive</c>…</summary>
    /// <param name="unit">The unit.</param>
    public async Task<string> StateAsync(string unit) => (await RunAsync("show", "--property=ActiveState", "--value", unit)).Output.Trim();

    /// <summary>Runs it to its end.</summary>
    /// <param name="arguments">Its arguments.</param>
    public Task<FinishedCommand> RunAsync(params string[] arguments) => FinishedCommand.RunAsync(
        new Launch(_tools.Find("systemctl") ?? "/usr/bin/systemctl")
        {
            Arguments = ["--no-ask-password", .. arguments],
            Environment = new Dictionary<string, string> { ["LC_ALL"] = "C" },
        },
        Patience);
}
