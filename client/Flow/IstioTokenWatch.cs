using System.Globalization;
using Onboarding.Client.BootConfiguration;

namespace Onboarding.Client.Flow;

/// <summary>
/// Warns, once each, when the istio-token is about to expire and when it has: a sidecar goes on with the certificate it holds,
/// but one that was off for longer can't get another, and nobody would know why (istio/istio#35343).
/// </summary>
internal sealed class IstioTokenWatch(WorkloadRuntime runtime, TimeProvider time, Steps steps)
{
    private const string Remedy =
        "The sidecar goes on with the certificate it holds (a day, from Istio); after that, or if it has none, it needs the plane: "
        + "see why this machine isn't connected with: journalctl -u onboarding-agent | grep -E 'Disconnected|Refused|AttemptFailed|RenewalFailed'";

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
            Warn(version, $"the istio-token expired at {_expiresAt:u} and wasn't renewed. {Remedy}");
        }
        else if (left <= _notice && _told < 1)
        {
            _told = 1;
            Warn(version, $"the istio-token expires at {_expiresAt:u}, in {Math.Ceiling(left.TotalMinutes)} min, and wasn't renewed. {Remedy}");
        }
    }

    private void Warn(BootVersion version, string message) => steps.Warn(
        OnboardingPhase.IstioTokenExpiring,
        message,
        ("expiresAt", version.TokenExpiresAt.ToString("O", CultureInfo.InvariantCulture)));
}
