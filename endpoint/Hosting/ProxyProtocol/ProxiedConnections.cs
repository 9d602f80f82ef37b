using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Onboarding.Endpoint.Hosting.ProxyProtocol;

/// <summary>
/// Takes the word of trusted load balancers for where connections come from. Of a trusted address every connection must begin with the
/// header; of any other none is looked for, so that no other peer can say where he comes from. Headers like X-Forwarded-For, which anybody
/// can write, are never looked at.
/// </summary>
internal static partial class ProxiedConnections
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Adds it in front of TLS.</summary>
    public static void UseTrustedProxies(this ListenOptions listen, IReadOnlyList<IPNetwork> trusted, ILogger logger, TimeProvider time)
    {
        if (trusted.Count == 0)
        {
            return;
        }

        listen.Use(next => async connection =>
        {
            if (connection.RemoteEndPoint is not IPEndPoint peer || !IsTrusted(peer.Address, trusted))
            {
                await next(connection);
                return;
            }

            using var patience = new CancellationTokenSource(Patience, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, connection.ConnectionClosed);
            if (await TryReadAsync(connection.Transport.Input, either.Token) is not { } header
                || !ProxyHeader.TryRead(header, out IPEndPoint? source))
            {
                LogNoHeader(logger, peer);
                connection.Abort(new ConnectionAbortedException("There is no PROXY header of version 2."));
                return;
            }

            connection.RemoteEndPoint = source ?? connection.RemoteEndPoint;
            await next(connection);
        });
    }

    /// <summary>True for an address whose connections begin with the header.</summary>
    public static bool IsTrusted(IPAddress address, IReadOnlyList<IPNetwork> trusted)
    {
        IPAddress plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return trusted.Any(network => network.BaseAddress.AddressFamily == plain.AddressFamily && network.Contains(plain));
    }

    private static async Task<byte[]?> TryReadAsync(PipeReader input, CancellationToken cancellationToken)
    {
        try
        {
            int wanted = ProxyHeader.FixedLength;
            while (true)
            {
                ReadResult read = await input.ReadAtLeastAsync(wanted, cancellationToken);
                if (read.Buffer.Length < wanted)
                {
                    return null;
                }

                if (ProxyHeader.RestOf(read.Buffer.Slice(0, ProxyHeader.FixedLength).ToArray()) is not { } rest)
                {
                    return null;
                }

                wanted = ProxyHeader.FixedLength + rest;
                if (read.Buffer.Length >= wanted)
                {
                    byte[] header = read.Buffer.Slice(0, wanted).ToArray();
                    input.AdvanceTo(read.Buffer.GetPosition(wanted));
                    return header;
                }

                input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            return null;
        }
    }

    [LoggerMessage(4003, LogLevel.Warning, "{Peer} is a trusted proxy, and its connection doesn't begin with a PROXY header of version 2: switch it on there, or take the address out of --trusted-proxies")]
    private static partial void LogNoHeader(ILogger logger, IPEndPoint peer);
}
