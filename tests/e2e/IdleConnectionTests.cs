using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Onboarding.Tests.E2E.Infrastructure;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.E2E;

/// <summary>
/// Ten thousand connections that say nothing (attack case 40), a twentieth of them after their TLS handshake. The plane is a process of its
/// own here: both ends in one process would need more file descriptors than most machines give.
/// </summary>
public sealed class IdleConnectionTests
{
    private const int Connections = 10_000;
    private const int AfterHandshake = 500;
    private const int AtOnce = 64;

    [Fact]
    public async Task Case40_ten_thousand_connections_that_say_nothing_keep_nobody_out()
    {
        await using Mesh mesh = await Mesh.StartAsync();
        await mesh.AllowAsync();
        Socket[] idle = [.. Enumerable.Range(0, Connections).Select(_ => NewSocket())];
        List<SslStream> open = [];
        try
        {
            foreach (Socket socket in idle[..AfterHandshake])
            {
                await socket.ConnectAsync(IPAddress.Loopback, mesh.Plane.Ready.Endpoint.Port);
                open.Add(await HandshakeAsync(socket, mesh.Plane.Ready.CertificateAuthority));
            }

            // Those that don't even begin one are closed by the plane after ten seconds, which may be before the last has connected.
            await Parallel.ForEachAsync(idle[AfterHandshake..], new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (socket, cancellationToken) =>
                await socket.ConnectAsync(IPAddress.Loopback, mesh.Plane.Ready.Endpoint.Port, cancellationToken));
            await mesh.StartAgentAsync();
            await mesh.WaitUntilJoinedAsync();

            (await mesh.RegistrationsAsync()).ShouldHaveSingleItem();
        }
        finally
        {
            foreach (SslStream stream in open)
            {
                await stream.DisposeAsync();
            }

            Array.ForEach(idle, s => s.Dispose());
        }
    }

    private static Socket NewSocket()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
        {
            // Closed by a reset: ten thousand ports in TIME_WAIT would be missing for what is tested next.
            LingerState = new LingerOption(true, 0),
        };

        // From another address than everybody else's: nor shall they be missing for what is tested meanwhile.
        socket.Bind(new IPEndPoint(IPAddress.Parse("127.0.0.40"), 0));
        return socket;
    }

    private static async Task<SslStream> HandshakeAsync(Socket socket, string authority)
    {
        var stream = new SslStream(new NetworkStream(socket, ownsSocket: false));
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.Add(X509CertificateLoader.LoadCertificateFromFile(authority));
        await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "localhost",
            CertificateChainPolicy = policy,
            ApplicationProtocols = [SslApplicationProtocol.Http2],
        });
        return stream;
    }
}
