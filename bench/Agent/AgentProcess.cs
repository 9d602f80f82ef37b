using System.Diagnostics;
using System.Globalization;
using Onboarding.Quickstart.Demo;
using Onboarding.Quickstart.Processes;

namespace Onboarding.Bench.Agent;

/// <summary>An agent that is watched by its log.</summary>
internal sealed class AgentProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly Process _process;
    private readonly long _started;

    private AgentProcess(Process process, long started)
    {
        _process = process;
        _started = started;
    }

    public int Id => _process.Id;

    public static AgentProcess Start(string program, Workspace workspace)
    {
        var start = new ProcessStartInfo(program)
        {
            RedirectStandardError = true,
            ArgumentList =
            {
                "run", "--onboarding-config", workspace.OnboardingConfiguration, "--agent-config", workspace.AgentConfiguration,
                "--state-directory", workspace.AgentState, "--log-format", "json",
            },
        };
        long started = Stopwatch.GetTimestamp();
        return new AgentProcess(Process.Start(start)!, started);
    }

    /// <summary>How much processor time it has used.</summary>
    public TimeSpan Processor
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Waits for an event of its log.</summary>
    /// <returns>How long after its start it was read.</returns>
    public async Task<TimeSpan> WaitForAsync(string name)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (await _process.StandardError.ReadLineAsync(patience.Token) is { } line)
        {
            TimeSpan elapsed = Stopwatch.GetElapsedTime(_started);
            AgentLogLine log = AgentLogLine.Read(line);
            if (log.Event == name)
            {
                return elapsed;
            }

            if (log.Level is "warn" or "error")
            {
                await Console.Error.WriteLineAsync(log.Message);
            }
        }

        throw new InvalidOperationException($"The agent ended before {name}.");
    }

    /// <summary>Asks it to leave the mesh, which stops its sidecar too, and waits until it has ended.</summary>
    public async Task LeaveAsync()
    {
        Task log = DrainAsync();
        await TerminateAsync();
        await log;
    }

    /// <summary>Reads its log until it ends.</summary>
    /// <param name="onEvent">Told the name of each event.</param>
    public async Task ReadAsync(Action<string> onEvent)
    {
        while (await _process.StandardError.ReadLineAsync() is { } line)
        {
            onEvent(AgentLogLine.Read(line).Event);
        }
    }

    /// <summary>Reads what it says until it ends: it mustn't wait for a reader.</summary>
    public async Task DrainAsync() => await _process.StandardError.ReadToEndAsync();

    /// <summary>Asks it to leave the mesh, and waits until it has ended; something else reads what it says.</summary>
    public async Task TerminateAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        using var kill = Process.Start("kill", ["-TERM", Id.ToString(CultureInfo.InvariantCulture)]);
        await _process.WaitForExitAsync(patience.Token);
    }

    public async ValueTask DisposeAsync()
    {
        // As a crash: nothing is unregistered, and the next one with this state goes on.
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
