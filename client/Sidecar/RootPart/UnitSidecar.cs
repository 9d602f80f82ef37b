using System.Runtime.InteropServices;
using Onboarding.Client.Errors;
using Onboarding.Client.Native;

namespace Onboarding.Client.Sidecar.RootPart;

/// <summary>The sidecar as <c>istio.service</c>. It outlives its agent, and the next agent finds it running.</summary>
internal sealed class UnitSidecar : ISidecarProcess
{
    private const int NoSuchProcess = 3;
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(1);
    private readonly RootPartClient _client;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private Task _stopping = Task.CompletedTask;

    private UnitSidecar(RootPartClient client, TimeProvider time, int processId)
    {
        _client = client;
        _time = time;
        Identity = new ProcessIdentity(processId, 0);
        StartedAt = time.GetUtcNow();
    }

    public ProcessIdentity Identity { get; }

    public DateTimeOffset? StartedAt { get; }

    /// <summary>Starts it; one that runs with the same boot configuration goes on as it is.</summary>
    /// <param name="client">Asks the part that runs as root.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="OnboardingException">It could not be started.</exception>
    public static async Task<ISidecarProcess> StartAsync(RootPartClient client, TimeProvider time) =>
        new UnitSidecar(client, time, (await client.CallAsync(RootVerb.Start)).ProcessId);

    public async Task<int?> WaitForExitAsync(CancellationToken cancellationToken)
    {
        while (IsRunning)
        {
            // It was told to end, and could not be.
            await (Stopping.IsFaulted ? Stopping : Task.CompletedTask);
            await Task.Delay(BetweenLooks, _time, cancellationToken);
        }

        // Its main process is gone; the unit still undoes the redirection.
        await Stopping.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return null;
    }

    public void Terminate()
    {
        lock (_lock)
        {
            if (_stopping.IsCompleted)
            {
                _stopping = _client.CallAsync(RootVerb.Stop);
            }
        }
    }

    // systemd kills what is left after the unit's own TimeoutStopSec.
    public void Kill() => Terminate();

    public void Dispose()
    {
    }

    private Task Stopping
    {
        get
        {
            lock (_lock)
            {
                return _stopping;
            }
        }
    }

    // Signal 0 reaches no process and tells whether there is one, also where /proc shows none of another user's.
    private bool IsRunning => LibC.Kill(Identity.ProcessId, 0) == 0 || Marshal.GetLastPInvokeError() != NoSuchProcess;
}
