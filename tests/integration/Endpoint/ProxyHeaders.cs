using System.Buffers.Binary;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Grpc.Net.Client;

namespace Onboarding.Tests.Integration.Endpoint;

/// <summary>Plays a load balancer that speaks the PROXY protocol.</summary>
internal static class ProxyHeaders
{
    /// <summary>The header for a connection that comes from this address.</summary>
    public static byte[] For(IPAddress source, ushort port)
    {
        byte[] address = source.GetAddressBytes();
        byte[] rest = [.. address, .. new byte[address.Length], 0, 0, 0x3C, 0x53];
        BinaryPrimitives.WriteUInt16BigEndian(rest.AsSpan(address.Length * 2), port);
        byte[] header =
            [0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A, 0x21, (byte)(address.Length == 4 ? 0x11 : 0x21), 0, (byte)rest.Length];
        return [.. header, .. rest];
    }

    /// <summary>A channel whose connections come from one loopback address, with a header before TLS if one is given.</summary>
    public static GrpcChannel Channel(Uri endpoint, string authorityFile, IPAddress from, byte[]? header)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.ImportFromPemFile(authorityFile);
        return GrpcChannel.ForAddress(endpoint, new GrpcChannelOptions
        {
            HttpHandler = new SocketsHttpHandler
            {
                SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = policy },
                ConnectCallback = async (context, cancellationToken) =>
                {
                    var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                    socket.Bind(new IPEndPoint(from, 0));
                    await socket.ConnectAsync(IPAddress.Loopback, context.DnsEndPoint.Port, cancellationToken);
                    var stream = new NetworkStream(socket, ownsSocket: true);
                    await stream.WriteAsync(header ?? [], cancellationToken);
                    return stream;
                },
            },
        });
    }
}
