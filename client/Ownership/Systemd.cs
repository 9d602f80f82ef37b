using System.ComponentModel;
using System.Diagnostics;
using Onboarding.Client.Errors;
using Onboarding.Client.Processes;

namespace Onboarding.Client.Ownership;

/// <summary>systemd, by <c>systemctl</c>: it asks for authorization the way the machine's administrator set up (polkit), and so needs no rights here.</summary>
/// <param name="path">The program; null for the one on <c>PATH</c>.</param>
public sealed class Systemd(string? path = null) : IServiceManager
{
    private const int LongestOutput = 64 * 1024;

    /// <inheritdoc />
    public async Task<ServiceState> GetStateAsync(string service, CancellationToken cancellationToken)
    {
        (int exitCode, string output) = await RunAsync(["show", "--property=LoadState,ActiveState", $"{service}.service"], cancellationToken);
        string[] lines = output.Split('\n', StringSplitOptions.TrimEntries);
        // A container without systemd has the program and no one who answers it.
        return exitCode != 0 || !lines.Contains("LoadState=loaded") ? ServiceState.NotInstalled
            : lines.Any(l => l is "ActiveState=active" or "ActiveState=activating" or "ActiveState=reloading") ? ServiceState.Running
            : ServiceState.Stopped;
    }

    /// <inheritdoc />
    public async Task StartAsync(string service, CancellationToken cancellationToken)
    {
        (int exitCode, string output) = await RunAsync(["start", $"{service}.service"], cancellationToken);
        if (exitCode != 0)
        {
            throw new OnboardingException(
                ErrorIds.ServiceNotStarted,
                $"Service {service} couldn't be started: {output.Trim().TrimEnd('.')}.",
                $"sudo systemctl start {service}; journalctl -u {service} -n 50");
        }
    }

    private async Task<(int ExitCode, string Output)> RunAsync(string[] arguments, CancellationToken cancellationToken)
    {
        if ((path ?? Executables.Find("systemctl")) is not { } program)
        {
            return (127, "there is no systemctl");
        }

        var info = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        try
        {
            using Process process = Process.Start(info)!;
            // A password prompt would hang a script, and isn't this library's to answer.
            process.StandardInput.Close();
            using var enough = new CancellationTokenSource();
            Task<byte[]?> output = BoundedReader.ReadToEndAsync(process.StandardOutput.BaseStream, LongestOutput, cancellationToken, enough.Token);
            Task<byte[]?> errors = BoundedReader.ReadToEndAsync(process.StandardError.BaseStream, LongestOutput, cancellationToken, enough.Token);
            await process.WaitForExitAsync(cancellationToken);
            // What it started to ask for a password may outlive it, with its output.
            await BoundedReader.FinishAsync(Task.WhenAll(output, errors), enough, TimeProvider.System, cancellationToken);
            return (process.ExitCode, System.Text.Encoding.UTF8.GetString([.. await output ?? [], .. await errors ?? []]));
        }
        catch (Win32Exception e)
        {
            return (126, e.Message);
        }
    }
}
