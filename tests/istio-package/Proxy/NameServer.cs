using System.Net;
using System.Net.Sockets;
using Onboarding.Tests.IstioPackage.Redirection;

namespace Onboarding.Tests.IstioPackage.Proxy;

/// <summary>
/// Where queries go that the rules capture. Recorded: without istiod's name table every one fails, at once; with it, what isn't in it is asked
/// of the machine's own resolvers.
/// </summary>
internal sealed class NameServer(Discovery discovery)
{
    private const int Port = 15053;
    private const int LongestMessage = 65535;
    private const byte AnswerBit = 0x80;
    private const byte ServerFailure = 2;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    private readonly IReadOnlyList<IPAddress> _resolvers = ResolverFile.Servers();

    public Task RunAsync(CancellationToken stop)
    {
        IPAddress[] addresses = RedirectionSettings.HasAddressOfIPv6() ? [IPAddress.Loopback, IPAddress.IPv6Loopback] : [IPAddress.Loopback];
        return Task.WhenAll(addresses.SelectMany(address => Serve(new IPEndPoint(address, Port), stop)));
    }

    private Task[] Serve(IPEndPoint address, CancellationToken stop)
    {
        SidecarLog.Info($"dns\tStarting local udp DNS server on {address}");
        SidecarLog.Info($"dns\tStarting local tcp DNS server on {address}");
        var datagrams = new UdpClient(address);
        var streams = new TcpListener(address);
        streams.Start();
        return [DatagramsAsync(datagrams, stop), StreamsAsync(streams, stop)];
    }

    private async Task DatagramsAsync(UdpClient server, CancellationToken stop)
    {
        while (true)
        {
            UdpReceiveResult query = await server.ReceiveAsync(stop);
            _ = AnswerAsync(async () =>
                await server.SendAsync(await AnswerAsync(query.Buffer, AskByDatagramAsync), query.RemoteEndPoint, stop));
        }
    }

    private async Task StreamsAsync(TcpListener server, CancellationToken stop)
    {
        while (true)
        {
            TcpClient client = await server.AcceptTcpClientAsync(stop);
            _ = AnswerAsync(async () =>
            {
                using (client)
                {
                    NetworkStream stream = client.GetStream();
                    await WriteAsync(stream, await AnswerAsync(await ReadAsync(stream, stop), AskByStreamAsync), stop);
                }
            });
        }
    }

    private static async Task AnswerAsync(Func<Task> answer)
    {
        try
        {
            await answer();
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
        {
            SidecarLog.Warn($"dns\tcould not answer: {e.Message}");
        }
    }

    private async Task<byte[]> AnswerAsync(byte[] query, Func<IPAddress, byte[], CancellationToken, Task<byte[]>> ask)
    {
        foreach (IPAddress resolver in discovery.HasNames ? _resolvers : [])
        {
            try
            {
                using var limit = new CancellationTokenSource(Limit);
                return await ask(resolver, query, limit.Token);
            }
            catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
            {
                SidecarLog.Warn($"dns\t{resolver}: {e.Message}");
            }
        }

        query[2] |= AnswerBit;
        query[3] = ServerFailure;
        return query;
    }

    private static async Task<byte[]> AskByDatagramAsync(IPAddress resolver, byte[] query, CancellationToken limit)
    {
        using var client = new UdpClient(resolver.AddressFamily);
        client.Connect(resolver, 53);
        await client.SendAsync(query, limit);
        return (await client.ReceiveAsync(limit)).Buffer;
    }

    private static async Task<byte[]> AskByStreamAsync(IPAddress resolver, byte[] query, CancellationToken limit)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(resolver, 53, limit);
        await WriteAsync(client.GetStream(), query, limit);
        return await ReadAsync(client.GetStream(), limit);
    }

    private static async Task<byte[]> ReadAsync(NetworkStream stream, CancellationToken cancellation)
    {
        var length = new byte[2];
        await stream.ReadExactlyAsync(length, cancellation);
        var message = new byte[Math.Min((length[0] << 8) | length[1], LongestMessage)];
        await stream.ReadExactlyAsync(message, cancellation);
        return message;
    }

    private static async Task WriteAsync(NetworkStream stream, byte[] message, CancellationToken cancellation) =>
        await stream.WriteAsync((byte[])[(byte)(message.Length >> 8), (byte)message.Length, .. message], cancellation);
}
