using System.Security.Cryptography.X509Certificates;
using Onboarding.SidecarProbe.Boot;
using Onboarding.SidecarProbe.Istiod;

namespace Onboarding.SidecarProbe.Serving;

/// <summary>Keeps a valid certificate: renews it in time, and tries on while that fails.</summary>
internal sealed class CertificateHolder(
    X509Certificate2 first, SidecarIdentity sidecar, CertificateRequester requester, ProbeEvents events, TimeProvider time)
{
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(10);

    private volatile X509Certificate2 _current = first;

    public X509Certificate2 Current => _current;

    /// <summary>Until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        while (true)
        {
            TimeSpan wait = RenewalSchedule.RenewAt(_current, Random.Shared.NextDouble()) - time.GetUtcNow();
            await Task.Delay(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, time, cancellation);
            while (!await RenewAsync(cancellation))
            {
                await Task.Delay(RetryPause, time, cancellation);
            }
        }
    }

    private async Task<bool> RenewAsync(CancellationToken cancellation)
    {
        try
        {
            // The old one stays for streams that were opened with it; it holds no more than a handle.
            _current = await requester.RequestAsync(_current, cancellation);
            events.Certificate(sidecar.SpiffeId.ToString(), _current.NotAfter);
            return true;
        }
        catch (BootProblemException e)
        {
            events.RenewalFailed(e.Problem.Message);
            return false;
        }
    }
}
