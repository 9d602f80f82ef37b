namespace Onboarding.Client.Sidecar;

/// <summary>Where the machine's traffic goes while the sidecar runs, is started again, and ends.</summary>
internal sealed partial class SidecarSupervisor
{
    /// <summary>Told, on any thread, of where the machine's traffic goes from now on.</summary>
    public Action<CaptureState>? Captured { get; set; }

    /// <summary>Where the machine's traffic goes.</summary>
    public CaptureState Capture => _capture.State;

    private async Task EndedAsync()
    {
        await (_program.Host?.EndedAsync() ?? Task.CompletedTask);
        _capture.Ended();
    }

    private void Follow(SidecarState state)
    {
        if (state is SidecarState.Starting or SidecarState.Failed)
        {
            _capture.Failing();
        }
        else
        {
            _capture.Cancel();
        }
    }
}
