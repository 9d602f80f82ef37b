using Onboarding.SidecarProbe.Boot;
using Onboarding.SidecarProbe.Istiod;

namespace Onboarding.SidecarProbe.Serving;

/// <summary>Keeps a discovery stream open, by certificate like a sidecar that is past its start; reconnects with rising pauses.</summary>
internal sealed class DiscoverySession(DiscoveryClient client, CertificateHolder certificate, ProbeEvents events, TimeProvider time)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    /// <summary>Until it is cancelled.</summary>
    /// <param name="opened">Told each time the stream is open and has its first resources.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task RunAsync(Action opened, CancellationToken cancellation)
    {
        TimeSpan pause = FirstPause;
        while (true)
        {
            string reason = "istiod ended the stream";
            try
            {
                await client.DeltaAsync(
                    certificate.Current,
                    withToken: false,
                    () =>
                    {
                        pause = FirstPause;
                        events.Discovery("delta", "certificate");
                        opened();
                    },
                    cancellation);
            }
            catch (BootProblemException e)
            {
                reason = e.Problem.Message;
            }

            cancellation.ThrowIfCancellationRequested();
            events.Disconnected(reason);
            await Task.Delay(pause * (0.5 + (Random.Shared.NextDouble() / 2)), time, cancellation);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }
}
