using Onboarding.Client.Events;

namespace Onboarding.Client.Flow;

/// <summary>
/// Warns, once each, when the istio-token is about to expire and when it has: a sidecar goes on with the certificate it holds,
/// but one that was off for longer can't get another, and no one would know why (istio/istio#35343).
/// </summary>
internal sealed class IstioTokenWatch(WorkloadRuntime runtime, TimeProvider time, AgentEvents events)
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestNotice = TimeSpan.FromMinutes(15);

    private DateTimeOffset _expiresAt;
    private TimeSpan _notice;
    private int _told;

    /// <summary>Watches until told to stop.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            Look();
            await Task.Delay(LookEvery, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void Look()
    {
        if (runtime.Version is not { } version)
        {
            return;
        }

        TimeSpan left = version.TokenExpiresAt - time.GetUtcNow();
        if (version.TokenExpiresAt != _expiresAt)
        {
            // The plane renews at half of its life. With a quarter left, it didn't.
            _expiresAt = version.TokenExpiresAt;
            _notice = left / 4 < LongestNotice ? left / 4 : LongestNotice;
            _told = 0;
        }

        if (left <= TimeSpan.Zero && _told < 2)
        {
            _told = 2;
            events.Tell(new AgentEvent.IstioTokenExpiring(_expiresAt, left));
        }
        else if (left <= _notice && _told < 1)
        {
            _told = 1;
            events.Tell(new AgentEvent.IstioTokenExpiring(_expiresAt, left));
        }
    }
}
