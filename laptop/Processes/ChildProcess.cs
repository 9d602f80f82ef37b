using System.Diagnostics;
using Onboarding.Client.Native;

namespace Onboarding.Laptop.Processes;

/// <summary>
/// One of the pieces, run as a process of its own. Unless told otherwise it ignores SIGINT: Ctrl+C in a terminal reaches every
/// process of the group, and anyone who started the pieces has to stop them one after the other.
/// </summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    private readonly Process _process;

    private ChildProcess(string name, Process process)
    {
        Name = name;
        _process = process;
    }

    public string Name { get; }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>Starts it.</summary>
    /// <param name="name">What messages call it.</param>
    /// <param name="path">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="onOutput">Takes each line of its standard output.</param>
    /// <param name="onError">Takes each line of its standard error.</param>
    /// <param name="ignoreInterrupt">Leave Ctrl+C to this process.</param>
    /// <param name="keepInput">
    /// Hold its standard input open. No one else holds the pipe, so it ends with this process however that ends, and a child that
    /// watches its input ends too.
    /// </param>
    public static ChildProcess Start(
        string name,
        string path,
        IEnumerable<string> arguments,
        Action<string> onOutput,
        Action<string> onError,
        bool ignoreInterrupt = true,
        bool keepInput = false)
    {
        // A shell that ignores SIGINT and becomes the program: an ignored signal stays ignored across exec (signal(7)).
        var start = new ProcessStartInfo("/bin/sh")
        {
            ArgumentList = { "-c", (ignoreInterrupt ? "trap '' INT; " : "") + "exec \"$0\" \"$@\"", path },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        var process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, line) => Pass(line.Data, onOutput);
        process.ErrorDataReceived += (_, line) => Pass(line.Data, onError);
        process.Start();
        if (!keepInput)
        {
            process.StandardInput.Close();
        }

        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return new ChildProcess(name, process);
    }

    /// <summary>Waits until it has ended and all it printed was read.</summary>
    public async Task<int> WaitForExitAsync(CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken);
        return _process.ExitCode;
    }

    /// <summary>Asks it to stop and waits; kills it if it takes longer than <paramref name="patience"/>.</summary>
    public async Task<int> StopAsync(TimeSpan patience)
    {
        Signal(Signals.Terminate);
        using var limit = new CancellationTokenSource(patience);
        try
        {
            return await WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            Kill();
            return await WaitForExitAsync(CancellationToken.None);
        }
    }

    public void Signal(int signal)
    {
        if (!_process.HasExited)
        {
            _ = Signals.Send(_process.Id, signal);
        }
    }

    public void Kill() => Signal(Signals.Kill);

    public async ValueTask DisposeAsync()
    {
        await StopAsync(TimeSpan.FromSeconds(20));
        _process.Dispose();
    }

    private static void Pass(string? line, Action<string> to)
    {
        if (line is not null)
        {
            to(line);
        }
    }
}
