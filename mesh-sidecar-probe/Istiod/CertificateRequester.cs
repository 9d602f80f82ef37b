using System.Security.Cryptography.X509Certificates;
using Grpc.Core;
using Istio.V1.Auth;
using Onboarding.SidecarProbe.Boot;

namespace Onboarding.SidecarProbe.Istiod;

/// <summary>Gets certificates from istiod, as Istio's agent does.</summary>
internal sealed class CertificateRequester(SidecarIdentity sidecar, TimeSpan lifetime, TimeProvider time)
{
    private const string Check = "istiod-certificate";
    private const int Attempts = 6;

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    private static readonly StatusCode[] Passing =
    [
        StatusCode.Cancelled, StatusCode.DeadlineExceeded, StatusCode.ResourceExhausted, StatusCode.Aborted, StatusCode.Internal,
        StatusCode.Unavailable,
    ];

    /// <summary>A certificate with a fresh key.</summary>
    /// <param name="current">Presented if there is one already; the token is sent too while it can be read.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="BootProblemException">The boot configuration is wrong; says which value.</exception>
    public async Task<X509Certificate2> RequestAsync(X509Certificate2? current, CancellationToken cancellation)
    {
        using var key = WorkloadKey.Create(sidecar.Boot.Variables);
        using var connection = new IstiodConnection(sidecar.CertificateAddress, "CA_ADDR", sidecar.Boot, current);
        var client = new IstioCertificateService.IstioCertificateServiceClient(connection.Channel);
        var request = new IstioCertificateRequest
        {
            Csr = key.SigningRequest(sidecar.SpiffeId),
            ValidityDuration = (long)lifetime.TotalSeconds,
        };
        IstioCertificateResponse response = await CallAsync(connection, client, request, cancellation);
        using X509Certificate2 leaf = IssuedCertificate.Check(response.CertChain, key.PublicKey, sidecar, lifetime, time.GetUtcNow());
        return key.With(leaf);
    }

    private async Task<IstioCertificateResponse> CallAsync(
        IstiodConnection connection,
        IstioCertificateService.IstioCertificateServiceClient client,
        IstioCertificateRequest request,
        CancellationToken cancellation)
    {
        TimeSpan pause = FirstPause;
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return await CallAsync(client, request, sidecar.ClusterId, cancellation);
            }
            catch (RpcException e) when (e.StatusCode == StatusCode.Unauthenticated)
            {
                throw new BootProblemException(await UnauthenticatedAsync(client, request, cancellation), e);
            }
            catch (RpcException e) when (!cancellation.IsCancellationRequested)
            {
                BootProblem? explained = connection.Explain(e);
                bool final = explained is { Check: not "istiod-reachable" } || !Passing.Contains(e.StatusCode);
                if (final || attempt == Attempts)
                {
                    throw new BootProblemException(explained ?? Refused(e.Status), e);
                }
            }

            await Task.Delay(pause, time, cancellation);
            pause *= 2;
        }
    }

    private async Task<IstioCertificateResponse> CallAsync(
        IstioCertificateService.IstioCertificateServiceClient client,
        IstioCertificateRequest request,
        string clusterId,
        CancellationToken cancellation)
    {
        Metadata headers = await CallHeaders.WithTokenAsync(sidecar, clusterId, cancellation);
        return await client.CreateCertificateAsync(request, headers, time.GetUtcNow().UtcDateTime + Deadline, cancellation);
    }

    // istiod doesn't say whether it was token or cluster that it didn't know; without a cluster it reviews the token itself.
    private async Task<BootProblem> UnauthenticatedAsync(
        IstioCertificateService.IstioCertificateServiceClient client, IstioCertificateRequest request, CancellationToken cancellation)
    {
        if (sidecar.ClusterId.Length > 0)
        {
            try
            {
                await CallAsync(client, request, "", cancellation);
                return new BootProblem(
                    Check,
                    BootFileNames.ClusterEnv,
                    "ISTIO_META_CLUSTER_ID",
                    $"istiod answers Unauthenticated: it takes the token, but knows no cluster '{sidecar.ClusterId}'");
            }
            catch (RpcException)
            {
                // Then it is the token.
            }
        }

        return new BootProblem(Check, BootFileNames.Token, BootFileNames.Token, "istiod answers Unauthenticated: it doesn't take the token");
    }

    private BootProblem Refused(Status status) => new(
        Check, BootFileNames.ClusterEnv, "CA_ADDR", $"istiod at {sidecar.CertificateAddress} didn't issue a certificate: {status}");
}
