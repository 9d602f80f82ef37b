using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Onboarding.Tests.E2E.Machines;

/// <summary>The resolver of a network: answers for the names it was told, by UDP and TCP; there are no others.</summary>
internal sealed class ZoneServer : IAsyncDisposable
{
    private const int HeaderLength = 12;
    private const ushort AddressType = 1;
    private const ushort AddressType6 = 28;
    private const ushort AuthoritativeAnswer = 0x8580;
    private const ushort NoSuchName = 3;

    private readonly ConcurrentDictionary<string, IPAddress[]> _addresses;
    private readonly CancellationTokenSource _stop = new();
    private readonly UdpClient _datagrams;
    private readonly TcpListener _streams;
    private readonly Task _work;

    private ZoneServer(IPAddress address, ConcurrentDictionary<string, IPAddress[]> addresses)
    {
        _addresses = addresses;
        _datagrams = new UdpClient(new IPEndPoint(address, 53));
        _streams = new TcpListener(address, 53);
        _streams.Start();
        _work = Task.WhenAll(DatagramsAsync(), StreamsAsync());
    }

    /// <summary>The address of a name.</summary>
    public IPAddress this[string name]
    {
        set => _addresses[name] = [value];
    }

    /// <summary>Gives a name several addresses.</summary>
    public void Set(string name, params IPAddress[] addresses) => _addresses[name] = addresses;

    public static ZoneServer Start(IPAddress address) => new(address, new ConcurrentDictionary<string, IPAddress[]>(StringComparer.OrdinalIgnoreCase));

    /// <summary>Starts one for another address that knows the same names.</summary>
    public static ZoneServer Start(IPAddress address, ZoneServer other) => new(address, other._addresses);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _datagrams.Dispose();
        _streams.Dispose();
        _stop.Dispose();
    }

    private async Task DatagramsAsync()
    {
        while (true)
        {
            UdpReceiveResult query = await _datagrams.ReceiveAsync(_stop.Token);
            await _datagrams.SendAsync(Answer(query.Buffer), query.RemoteEndPoint, _stop.Token);
        }
    }

    private async Task StreamsAsync()
    {
        while (true)
        {
            TcpClient client = await _streams.AcceptTcpClientAsync(_stop.Token);
            _ = ServeAsync(client);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                NetworkStream stream = client.GetStream();
                var length = new byte[2];
                while (true)
                {
                    await stream.ReadExactlyAsync(length, _stop.Token);
                    var query = new byte[(length[0] << 8) | length[1]];
                    await stream.ReadExactlyAsync(query, _stop.Token);
                    byte[] answer = Answer(query);
                    await stream.WriteAsync((byte[])[(byte)(answer.Length >> 8), (byte)answer.Length, .. answer], _stop.Token);
                }
            }
            catch (Exception e) when (e is IOException or OperationCanceledException)
            {
                // It has asked what it wanted to know.
            }
        }
    }

    private byte[] Answer(byte[] query)
    {
        var labels = new List<string>();
        int at = HeaderLength;
        for (; query[at] > 0; at += query[at] + 1)
        {
            labels.Add(Encoding.ASCII.GetString(query, at + 1, query[at]));
        }

        int end = at + 5;
        ushort type = (ushort)((query[at + 1] << 8) | query[at + 2]);
        bool known = _addresses.TryGetValue(string.Join('.', labels), out IPAddress[]? addresses);
        AddressFamily? family = type switch { AddressType => AddressFamily.InterNetwork, AddressType6 => AddressFamily.InterNetworkV6, _ => null };
        IPAddress[] answers = [.. (addresses ?? []).Where(a => a.AddressFamily == family)];
        return
        [
            query[0], query[1], .. Word(known ? AuthoritativeAnswer : (ushort)(AuthoritativeAnswer | NoSuchName)),
            .. Word(1), .. Word((ushort)answers.Length), .. Word(0), .. Word(0),
            .. query[HeaderLength..end],
            .. answers.Select(a => a.GetAddressBytes()).SelectMany(
                bytes => (byte[])[0xC0, HeaderLength, .. Word(type), .. Word(1), 0, 0, 0, 1, .. Word((ushort)bytes.Length), .. bytes]),
        ];
    }

    private static byte[] Word(ushort value) => [(byte)(value >> 8), (byte)value];
}
