using System.Globalization;
using System.Net.Sockets;
using Onboarding.Client.Errors;
using Onboarding.Client.Sidecar.Istio.Redirection;

namespace Onboarding.Client.Sidecar.Istio;

/// <summary>
/// Whether a sidecar that calls itself ready has an identity. pilot-agent's <c>/healthz/ready</c> asks for listeners and clusters alone:
/// it answers 200 where Envoy can't get a certificate, and every connection of the workload would fail.
/// </summary>
/// <param name="root">Root of the file system; <c>/</c> but for tests.</param>
/// <param name="secrets">Where the socket lies.</param>
/// <param name="expires">Looks when the certificate that was issued expires; null if there is none.</param>
/// <param name="envoy">Where Envoy tells of its certificates.</param>
/// <param name="time">The clock.</param>
internal sealed class ProxyIdentity(string root, SecretsDirectory secrets, Func<DateTimeOffset?> expires, Uri envoy, TimeProvider time)
{
    private const string Logs = "onboarding-agent sidecar logs";
    private DateTime _answeredFor;

    /// <summary>What it lacks; null if nothing.</summary>
    /// <param name="cancellationToken">Ends the looking.</param>
    public async Task<OnboardingException?> FindProblemAsync(CancellationToken cancellationToken)
    {
        DateTimeOffset? at = expires();
        return await SocketProblemAsync(cancellationToken) ?? await CertificateProblemAsync(at, cancellationToken);
    }

    private async Task<OnboardingException?> SocketProblemAsync(CancellationToken cancellationToken)
    {
        string path = secrets.SocketPath;
        var file = new FileInfo(path);
        if (!file.Exists)
        {
            return Problem(
                $"Envoy can't get a certificate: pilot-agent didn't make the socket {path}",
                $"sudo chown istio-proxy {Path.GetDirectoryName(Path.GetDirectoryName(path))}; onboarding-agent sidecar restart");
        }

        // Each socket file is tried once: one of a sidecar that was killed lies there, too, and pilot-agent notes each visitor.
        if (_answeredFor == file.CreationTimeUtc)
        {
            return null;
        }

        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken);
            _answeredFor = file.CreationTimeUtc;
            return null;
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AccessDenied)
        {
            // An agent that isn't root may not ask.
            return null;
        }
        catch (SocketException e)
        {
            return Problem($"Envoy can't get a certificate: nothing answers at {path} ({e.Message})", "onboarding-agent sidecar restart");
        }
    }

    private async Task<OnboardingException?> CertificateProblemAsync(DateTimeOffset? until, CancellationToken cancellationToken)
    {
        // OUTPUT_CERTS may say something else in sidecar.env; then Envoy knows.
        until ??= await SidecarCertificate.ExpiresAtAsync(envoy, cancellationToken);
        return until switch
        {
            null => Problem(
                $"pilot-agent has no certificate: istiod issued none into {Path.Combine(root, SidecarEnvironment.Installed(root).IssuedCertificates ?? CertificatePair.DefaultDirectory, CertificatePair.ChainName)}",
                $"{Logs}; onboarding-agent check"),
            { } at when at <= time.GetUtcNow() => Problem(
                string.Create(CultureInfo.InvariantCulture, $"pilot-agent's certificate has expired at {at.UtcDateTime:yyyy-MM-dd HH:mm:ss'Z'}, and istiod issued no other"),
                $"timedatectl; {Logs}"),
            _ => null,
        };
    }

    private static OnboardingException Problem(string what, string next) => new(ErrorIds.SidecarHasNoCertificate, what + ".", next);
}
