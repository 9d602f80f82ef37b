using System.Globalization;
using Onboarding.Laptop.Planes;
using Onboarding.Laptop.Processes;
using Onboarding.Quickstart.Processes;

namespace Onboarding.Quickstart.Demo;

/// <summary>The endpoint with its embedded control plane, as a process.</summary>
internal sealed class DemoPlane : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private readonly ChildProcess _process;

    private DemoPlane(ChildProcess process, PlaneReady ready)
    {
        _process = process;
        Ready = ready;
    }

    public PlaneReady Ready { get; }

    public ChildProcess Process => _process;

    /// <summary>Starts it and waits until it is ready.</summary>
    /// <param name="workspace">Its data lives there; started again on the same workspace, it goes on where it stopped.</param>
    /// <param name="port">Port for agents; 0 takes a free one.</param>
    /// <param name="onLog">Takes its log, line by line.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <param name="extraArguments">More arguments for the endpoint.</param>
    public static async Task<DemoPlane> StartAsync(
        Workspace workspace, int port, Action<string> onLog, CancellationToken cancellationToken, params string[] extraArguments)
    {
        var ready = new TaskCompletionSource<PlaneReady>(TaskCreationOptions.RunContinuationsAsynchronously);
        string[] arguments =
        [
            "--data-directory", workspace.PlaneData,
            "--listen", "127.0.0.1",
            "--port", port.ToString(CultureInfo.InvariantCulture),
            "--embedded-api-port", "0",
            "--embedded-istiod-port", "0",
            "--audit-log", workspace.AuditLog,
            .. extraArguments,
        ];
        ChildProcess process = ChildProcess.Start(
            "endpoint",
            BuiltPrograms.Lab,
            arguments,
            line =>
            {
                if (PlaneReady.TryRead(line) is { } seen)
                {
                    ready.TrySetResult(seen);
                }
            },
            onLog);
        Task<int> exit = process.WaitForExitAsync(cancellationToken);
        Task first = await Task.WhenAny(ready.Task, exit, Task.Delay(Patience, cancellationToken));
        if (first == ready.Task)
        {
            return new DemoPlane(process, await ready.Task);
        }

        string why = first == exit ? $"it ended with exit code {await exit}" : $"it wasn't ready after {Patience.TotalSeconds} s";
        await process.DisposeAsync();
        throw new DemoException($"The endpoint didn't start: {why}. Its log is above.");
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();
}

/// <summary>A step of the demonstration didn't happen; the message says which and why.</summary>
internal sealed class DemoException(string message) : Exception(message);
