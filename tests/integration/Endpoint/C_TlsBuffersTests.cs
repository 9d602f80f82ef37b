using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Onboarding.Endpoint.Hosting.Connections;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.Endpoint;

/// <summary>OpenSSL gives the buffers of an idle connection back, by a handle that .NET doesn't show: fails when a new .NET has it elsewhere.</summary>
public sealed class C_TlsBuffersTests
{
    [Fact]
    public async Task Buffers_are_given_back_and_the_connection_works_as_before()
    {
        using var certificates = new TestCertificates();
        using X509Certificate2 certificate = certificates.Server("localhost", "127.0.0.1");
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var dialed = new TcpClient();
        Task<TcpClient> accepting = listener.AcceptTcpClientAsync();
        await dialed.ConnectAsync(IPAddress.Loopback, ((IPEndPoint)listener.LocalEndpoint).Port);
        using TcpClient accepted = await accepting;
        await using var server = new SslStream(accepted.GetStream());
        await using var client = new SslStream(dialed.GetStream(), false, (_, presented, _, _) => presented?.GetCertHashString() == certificate.GetCertHashString());
        TlsBuffers.Release(server).ShouldBeFalse("there is no connection of OpenSSL's before the handshake");
        await Task.WhenAll(server.AuthenticateAsServerAsync(certificate), client.AuthenticateAsClientAsync("localhost"));

        TlsBuffers.Release(server).ShouldBeTrue();

        // More than one record holds, both ways, twice.
        for (int round = 0; round < 2; round++)
        {
            await PassAsync(client, server);
            await PassAsync(server, client);
        }
    }

    private static async Task PassAsync(SslStream from, SslStream to)
    {
        byte[] sent = RandomNumberGenerator.GetBytes(100_000);
        byte[] received = new byte[sent.Length];
        await Task.WhenAll(from.WriteAsync(sent).AsTask(), to.ReadExactlyAsync(received).AsTask());
        received.ShouldBe(sent);
    }
}
