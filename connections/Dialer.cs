using System.Net;
using System.Net.Sockets;

namespace Onboarding.Connections;

/// <summary>
/// Opens TCP connections as RFC 8305 ("happy eyeballs") says: of several addresses, the next is tried after 250 ms or as soon as the one
/// before fails, the families in turn, and the first that answers is taken. One address that drops packets costs a quarter of a second.
/// </summary>
public static class Dialer
{
    // RFC 8305 section 8.
    private static readonly TimeSpan AttemptDelay = TimeSpan.FromMilliseconds(250);

    /// <summary>Connects for a <see cref="System.Net.Http.SocketsHttpHandler"/>, whose <c>ConnectCallback</c> this is.</summary>
    /// <exception cref="SocketException">No address answers.</exception>
    public static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken) =>
        new NetworkStream(await ConnectAsync(context.DnsEndPoint.Host, context.DnsEndPoint.Port, cancellationToken).ConfigureAwait(false), ownsSocket: true);

    /// <summary>Looks a name up and connects.</summary>
    /// <exception cref="SocketException">The name doesn't resolve, or no address answers.</exception>
    public static async Task<Socket> ConnectAsync(string host, int port, CancellationToken cancellationToken)
    {
        IPAddress[] addresses = IPAddress.TryParse(host, out IPAddress? literal)
            ? [literal]
            : await Dns.GetHostAddressesAsync(host, cancellationToken).ConfigureAwait(false);
        return await ConnectAsync(addresses, port, TimeProvider.System, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Connects to the first of the addresses that answers; they are in order of preference.</summary>
    /// <exception cref="SocketException">None answers. The code is the most telling one, the message names each address.</exception>
    public static async Task<Socket> ConnectAsync(
        IReadOnlyList<IPAddress> addresses, int port, TimeProvider time, CancellationToken cancellationToken)
    {
        var rest = new Queue<IPAddress>(InTurn(addresses));
        var pending = new List<Task<Socket>>();
        var failures = new List<(IPAddress Address, SocketException Why)>();
        using var losers = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var tried = new Dictionary<Task, IPAddress>();
        try
        {
            while (rest.Count + pending.Count > 0)
            {
                if (rest.TryDequeue(out IPAddress? next))
                {
                    Task<Socket> attempt = AttemptAsync(next, port, losers.Token);
                    pending.Add(attempt);
                    tried.Add(attempt, next);
                }

                Task first = await FirstAsync(pending, rest.Count > 0, time, losers.Token).ConfigureAwait(false);
                cancellationToken.ThrowIfCancellationRequested();
                if (first is not Task<Socket> ended)
                {
                    continue;
                }

                pending.Remove(ended);
                try
                {
                    return await ended.ConfigureAwait(false);
                }
                catch (SocketException e)
                {
                    failures.Add((tried[ended], e));
                }
            }
        }
        finally
        {
            await losers.CancelAsync().ConfigureAwait(false);
            foreach (Task<Socket> late in pending)
            {
                // It may have connected in the moment before it was told to stop.
                _ = late.ContinueWith(
                    static ended => { if (ended.IsCompletedSuccessfully) { ended.Result.Dispose(); } else { _ = ended.Exception; } },
                    CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            }
        }

        throw Failure(failures);
    }

    /// <summary>The addresses, the families in turn, beginning with that of the first (RFC 8305 section 4).</summary>
    internal static IEnumerable<IPAddress> InTurn(IReadOnlyList<IPAddress> addresses)
    {
        var preferred = new Queue<IPAddress>(addresses.Where(a => a.AddressFamily == addresses[0].AddressFamily));
        var other = new Queue<IPAddress>(addresses.Where(a => a.AddressFamily != addresses[0].AddressFamily));
        while (preferred.Count + other.Count > 0)
        {
            if (preferred.TryDequeue(out IPAddress? one))
            {
                yield return one;
            }

            if (other.TryDequeue(out IPAddress? another))
            {
                yield return another;
            }
        }
    }

    private static async Task<Task> FirstAsync(List<Task<Socket>> pending, bool isMore, TimeProvider time, CancellationToken stop)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Task delay = Task.Delay(isMore ? AttemptDelay : Timeout.InfiniteTimeSpan, time, over.Token);
        Task first = await Task.WhenAny([.. pending, delay]).ConfigureAwait(false);
        await over.CancelAsync().ConfigureAwait(false);
        return first;
    }

    private static async Task<Socket> AttemptAsync(IPAddress address, int port, CancellationToken stop)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(address, port, stop).ConfigureAwait(false);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    // Refused before unreachable: a machine answered there. Else the one that was preferred.
    private static SocketException Failure(List<(IPAddress Address, SocketException Why)> failures)
    {
        if (failures.Count <= 1)
        {
            return failures.Count == 1 ? failures[0].Why : new SocketException((int)SocketError.HostNotFound);
        }

        SocketError code = failures.Exists(f => f.Why.SocketErrorCode == SocketError.ConnectionRefused)
            ? SocketError.ConnectionRefused
            : failures[0].Why.SocketErrorCode;
        return new SocketException((int)code, string.Join("; ", failures.Select(f => $"{f.Address}: {f.Why.Message}")));
    }
}
