using System.Runtime.InteropServices;
using Onboarding.Client.Control;
using Onboarding.Client.Errors;

namespace Onboarding.AgentHost.Commands;

/// <summary>One command to the running agent. Ctrl+C ends the waiting for its answer, not what the agent does.</summary>
internal sealed class ControlCall(string path, TextWriter errors)
{
    // As shells count it: 128 + SIGINT.
    private const int Interrupted = 130;

    /// <summary>The exit code where no agent runs.</summary>
    public int NotRunning { get; init; } = ExitCodes.Failure;

    public Task<int> RunAsync(Func<IMeshSession, CancellationToken, Task> act) => RunAsync(async (session, stop) =>
    {
        await act(session, stop);
        return ExitCodes.Success;
    });

    /// <param name="act">What to do; its result is the exit code.</param>
    public async Task<int> RunAsync(Func<IMeshSession, CancellationToken, Task<int>> act)
    {
        using var stop = new CancellationTokenSource();
        void OnSignal(PosixSignalContext signal)
        {
            signal.Cancel = true;
            stop.Cancel();
        }

        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
        await using var session = new ControlClient(path);
        try
        {
            return await act(session, stop.Token);
        }
        catch (OnboardingException e)
        {
            await errors.WriteLineAsync($"[{RefusalErrors.IdOf(e)}] {e.Message} Next: {e.NextStep}");
            return e.ErrorId == ErrorIds.AgentNotRunning ? NotRunning : ExitCodes.Failure;
        }
        catch (OperationCanceledException)
        {
            await errors.WriteLineAsync("Not waiting any longer; the agent goes on. Next: onboarding-agent status");
            return Interrupted;
        }
    }
}
