using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Grpc.Core;
using Grpc.Net.Client;
using Istio.V1.Auth;
using Onboarding.Client.BootConfiguration;
using Onboarding.Client.Credentials.Files;
using Onboarding.Connections;

namespace Onboarding.Client.Identity;

/// <summary>
/// Has the mesh's authority certify a key of this process. The sidecar's own key stays the sidecar's: it belongs to another user, and a
/// program that was given it could speak for the sidecar for as long as it lives.
/// </summary>
/// <param name="time">The clock.</param>
internal sealed class IstiodAuthority(TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>A certificate with a new key.</summary>
    /// <param name="boot">The boot configuration in force.</param>
    /// <param name="directory">Where it is.</param>
    /// <param name="current">What the machine has now; null if nothing.</param>
    /// <param name="stop">Gives up.</param>
    /// <exception cref="MeshIdentityException">There is none.</exception>
    public async Task<MeshSvid> RequestAsync(BootVersion boot, string directory, MeshSvid? current, CancellationToken stop)
    {
        IstiodSettings istiod = Read(directory);
        using var roots = new LoadedCertificates(istiod.Roots);
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new IstioCertificateRequest { Csr = SigningRequest(key, boot.SpiffeId), ValidityDuration = (long)istiod.Lifetime.TotalSeconds };
        // The token first: the plane renews it, and an authority that was replaced refuses a certificate of the one before.
        bool hasToken = istiod.Token.Length > 0 && (current is null || boot.TokenExpiresAt > time.GetUtcNow());
        IstioCertificateResponse answer;
        try
        {
            answer = await CallAsync(istiod, request, hasToken ? null : current, stop);
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.Unauthenticated && hasToken && current is not null)
        {
            answer = await AskAsync(istiod, request, current, stop);
        }
        catch (RpcException e)
        {
            throw Failed(istiod, e, stop);
        }

        try
        {
            return IssuedIdentity.Read(answer.CertChain, key, boot.SpiffeId, istiod);
        }
        catch (CryptographicException e)
        {
            throw new MeshIdentityException($"istiod's certificate can't be used: {e.Message}", e);
        }
    }

    private static IstiodSettings Read(string directory)
    {
        try
        {
            return IstiodSettings.Read(directory);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new MeshIdentityException($"the boot configuration can't be read: {e.Message}", e);
        }
    }

    private static string SigningRequest(ECDsa key, string spiffeId)
    {
        var request = new CertificateRequest(new X500DistinguishedName(""), key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddUri(new Uri(spiffeId));
        request.CertificateExtensions.Add(names.Build(critical: true));
        return request.CreateSigningRequestPem();
    }

    private async Task<IstioCertificateResponse> AskAsync(IstiodSettings istiod, IstioCertificateRequest request, MeshSvid by, CancellationToken stop)
    {
        try
        {
            return await CallAsync(istiod, request, by, stop);
        }
        catch (RpcException e)
        {
            throw Failed(istiod, e, stop);
        }
    }

    // By: what the machine authenticates with; null: the token.
    private async Task<IstioCertificateResponse> CallAsync(IstiodSettings istiod, IstioCertificateRequest request, MeshSvid? by, CancellationToken stop)
    {
        SslClientAuthenticationOptions tls = ServerTrust.By(() => istiod.Roots);
        tls.EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13;
        (X509Certificate2 Leaf, LoadedCertificates Above)? own = by?.Load();
        using X509Certificate2? leaf = own?.Leaf;
        using LoadedCertificates? above = own?.Above;
        if (leaf is not null)
        {
            tls.ClientCertificateContext = SslStreamCertificateContext.Create(leaf, above!.All, offline: true);
        }

        using var handler = new SocketsHttpHandler { UseProxy = false, SslOptions = tls, ConnectCallback = (_, cancel) => ConnectAsync(istiod, cancel) };
        using GrpcChannel channel = GrpcChannel.ForAddress(
            $"https://{istiod.Host}:{istiod.Port}", new GrpcChannelOptions { HttpHandler = handler, CompressionProviders = [] });
        Metadata headers = new() { { "clusterid", istiod.ClusterId } };
        if (by is null && istiod.Token.Length > 0)
        {
            headers.Add("authorization", $"Bearer {istiod.Token}");
        }

        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, patience.Token);
        return await new IstioCertificateService.IstioCertificateServiceClient(channel)
            .CreateCertificateAsync(request, headers, cancellationToken: either.Token);
    }

    private static async ValueTask<Stream> ConnectAsync(IstiodSettings istiod, CancellationToken cancel) =>
        new NetworkStream(await Dialer.ConnectAsync(istiod.Address ?? istiod.Host, istiod.Port, cancel), ownsSocket: true);

    private static MeshIdentityException Failed(IstiodSettings istiod, RpcException failure, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        string place = istiod.Address is { } address ? $"{istiod.Host} ({address})" : istiod.Host;
        // What the library says of a connection is about the library.
        string why = failure.StatusCode == StatusCode.Cancelled ? $"no answer within {Patience.TotalSeconds} s"
            : failure.Status.DebugException?.GetBaseException() is { } broken ? broken.Message
            : $"{failure.StatusCode} {failure.Status.Detail}";
        return new MeshIdentityException($"istiod at {place}, port {istiod.Port}: {why}", failure);
    }
}
