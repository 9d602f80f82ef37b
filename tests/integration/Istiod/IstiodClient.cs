using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Envoy.Service.Discovery.V3;
using Grpc.Core;
using Grpc.Net.Client;
using Istio.V1.Auth;
using Onboarding.Embedded.Istio;

namespace Onboarding.Tests.Integration.Istiod;

/// <summary>A client of an <see cref="IstiodServer"/>, with or without a certificate.</summary>
internal sealed class IstiodClient : IDisposable
{
    private readonly GrpcChannel _channel;

    public IstiodClient(IstiodServer server, X509Certificate2? certificate = null, string name = "istiod.istio-system.svc")
        : this(server.Address, server.RootCertificatePem, certificate, name)
    {
    }

    public IstiodClient(IPEndPoint address, string roots, X509Certificate2? certificate = null, string name = "istiod.istio-system.svc")
    {
        var handler = new SocketsHttpHandler { UseProxy = false };
        handler.ConnectCallback = async (_, cancellation) =>
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(address, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        };
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.ImportFromPem(roots);
        handler.SslOptions = new SslClientAuthenticationOptions
        {
            CertificateChainPolicy = policy,
            ClientCertificates = certificate is null ? null : [certificate],
            LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate!,
        };
        _channel = GrpcChannel.ForAddress($"https://{name}:15012", new GrpcChannelOptions { HttpHandler = handler, DisposeHttpClient = true });
        Certificates = new IstioCertificateService.IstioCertificateServiceClient(_channel);
        Discovery = new AggregatedDiscoveryService.AggregatedDiscoveryServiceClient(_channel);
    }

    public IstioCertificateService.IstioCertificateServiceClient Certificates { get; }

    public AggregatedDiscoveryService.AggregatedDiscoveryServiceClient Discovery { get; }

    public static Metadata Headers(string? token, string? cluster = "Kubernetes")
    {
        var headers = new Metadata();
        if (token is not null)
        {
            headers.Add("authorization", $"Bearer {token}");
        }

        if (cluster is not null)
        {
            headers.Add("clusterid", cluster);
        }

        return headers;
    }

    /// <summary>A request for a key, with a name of the caller's choice.</summary>
    public static string SigningRequest(AsymmetricAlgorithm key, string uri = "spiffe://evil/ns/other/sa/admin", string subject = "")
    {
        var name = new X500DistinguishedName(subject);
        CertificateRequest request = key is RSA rsa
            ? new CertificateRequest(name, rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            : new CertificateRequest(name, (ECDsa)key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddUri(new Uri(uri));
        request.CertificateExtensions.Add(names.Build());
        return request.CreateSigningRequestPem();
    }

    /// <summary>A certificate of the server, with its key.</summary>
    public async Task<X509Certificate2> CertificateAsync(string token, long seconds = 3600)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        IstioCertificateResponse response = await Certificates.CreateCertificateAsync(
            new IstioCertificateRequest { Csr = SigningRequest(key), ValidityDuration = seconds }, Headers(token));
        using X509Certificate2 leaf = X509Certificate2.CreateFromPem(response.CertChain[0]);
        using X509Certificate2 pair = leaf.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(pair.Export(X509ContentType.Pkcs12), null);
    }

    /// <summary>Sends these bytes as a request for a certificate.</summary>
    public async Task SendAsync(byte[] message)
    {
        Marshaller<byte[]> bytes = Marshallers.Create<byte[]>(b => b, b => b);
        var method = new Method<byte[], byte[]>(MethodType.Unary, "istio.v1.auth.IstioCertificateService", "CreateCertificate", bytes, bytes);
        await _channel.CreateCallInvoker().AsyncUnaryCall(method, null, default, message);
    }

    public void Dispose() => _channel.Dispose();
}
