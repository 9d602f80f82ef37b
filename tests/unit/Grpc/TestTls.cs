using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Onboarding.Testing;

namespace Onboarding.Tests.Unit.GrpcTests;

/// <summary>Both ends of TLS with a throw-away certificate authority.</summary>
internal static class TestTls
{
    public static void ListenLocalhostWithTls(this KestrelServerOptions kestrel, TestCertificates certificates) =>
        kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            listen.Protocols = HttpProtocols.Http1AndHttp2;
            listen.UseHttps(certificates.Server("127.0.0.1", "localhost"));
        });

    public static SocketsHttpHandler Trusting(TestCertificates certificates)
    {
        SocketsHttpHandler handler = GrpcChannel.CreateHandler();
        handler.UseProxy = false;
        handler.SslOptions = new SslClientAuthenticationOptions
        {
            CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                CustomTrustStore = { certificates.Authority },
                RevocationMode = X509RevocationMode.NoCheck,
            },
        };
        return handler;
    }
}
