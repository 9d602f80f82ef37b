using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace Onboarding.Client.Processes;

/// <summary>A program of the machine that ran to its end.</summary>
/// <param name="ExitCode">Its exit code; 126 if it couldn't be executed, 124 if it was stopped because it took too long.</param>
/// <param name="Output">What it printed on standard output.</param>
/// <param name="Errors">What it printed on standard error, or why there is nothing.</param>
internal sealed record FinishedCommand(int ExitCode, string Output, string Errors)
{
    private const int TimedOut = 124;
    private const int NotExecuted = 126;

    // The rules of a machine that also runs kube-proxy are some megabytes.
    private const int LargestOutput = 32 * 1024 * 1024;

    /// <summary>True if it said that it did what it was asked for.</summary>
    public bool Succeeded => ExitCode == 0;

    /// <summary>Runs a program, and everything it starts, for no longer than a time.</summary>
    /// <param name="launch">What to run.</param>
    /// <param name="timeout">How long it may take; it is killed then.</param>
    public static async Task<FinishedCommand> RunAsync(Launch launch, TimeSpan timeout)
    {
        using var patience = new CancellationTokenSource(timeout);
        try
        {
            using ProcessGroup group = ProcessGroup.Start(launch, redirect: true);
            Process process = group.Process;
            try
            {
                // A prompt would wait for ever.
                process.StandardInput.Close();
                using var enough = new CancellationTokenSource();
                Task<byte[]?> output = BoundedReader.ReadToEndAsync(process.StandardOutput.BaseStream, LargestOutput, patience.Token, enough.Token);
                Task<byte[]?> errors = BoundedReader.ReadToEndAsync(process.StandardError.BaseStream, LargestOutput, patience.Token, enough.Token);
                await process.WaitForExitAsync(patience.Token);
                await BoundedReader.FinishAsync(Task.WhenAll(output, errors), enough, TimeProvider.System, patience.Token);
                return new FinishedCommand(process.ExitCode, Text(await output), Text(await errors));
            }
            finally
            {
                group.Kill();
            }
        }
        catch (OperationCanceledException)
        {
            return new FinishedCommand(TimedOut, "", $"{launch.Path} took longer than {timeout.TotalSeconds:0} s and was stopped");
        }
        catch (Win32Exception e)
        {
            return new FinishedCommand(NotExecuted, "", $"{launch.Path} can't be executed: {e.Message}");
        }
    }

    private static string Text(byte[]? content) => content is null ? "" : Encoding.UTF8.GetString(content);
}
