using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Grpc.Core;
using Grpc.Net.Client;

namespace Onboarding.Tests.IstioPackage.Proxy;

/// <summary>
/// Connections to istiod, by the name the machine resolves, with the certificate of before where there is a good one; the token goes along
/// with each call for as long as it can be read.
/// </summary>
internal sealed class IstiodChannel(ProxySettings settings)
{
    public string RootFile => Path.Combine(settings.ProvisionedCertificates, "root-cert.pem");

    public GrpcChannel Connect(string address)
    {
        X509Certificate2? certificate = Provisioned();
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.ImportFromPemFile(RootFile);
        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            SslOptions = new SslClientAuthenticationOptions
            {
                TargetHost = address[..address.LastIndexOf(':')],
                EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                CertificateChainPolicy = policy,
                ClientCertificates = certificate is null ? null : [certificate],
                LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate!,
            },
        };
        return GrpcChannel.ForAddress($"https://{address}", new GrpcChannelOptions { HttpHandler = handler, DisposeHttpClient = true });
    }

    public Metadata Headers()
    {
        var headers = new Metadata { { "clusterid", settings.ClusterId } };
        try
        {
            headers.Add("authorization", $"Bearer {File.ReadAllText(ProxySettings.Token).Trim()}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Recorded: a token that can't be read is only left out.
        }

        return headers;
    }

    private X509Certificate2? Provisioned()
    {
        string chain = Path.Combine(settings.ProvisionedCertificates, "cert-chain.pem");
        try
        {
            using X509Certificate2 pair = X509Certificate2.CreateFromPemFile(chain, Path.Combine(settings.ProvisionedCertificates, "key.pem"));
            if (pair.NotAfter.ToUniversalTime() > TimeProvider.System.GetUtcNow().UtcDateTime)
            {
                return X509CertificateLoader.LoadPkcs12(pair.Export(X509ContentType.Pkcs12), null);
            }

            SidecarLog.Warn("cert is expired, using token instead");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            SidecarLog.Warn(
                $"cannot parse the cert chain, using token instead: failed to read the cert, error is open {chain["./".Length..]}: {e.Message}");
        }

        return null;
    }
}
