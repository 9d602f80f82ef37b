using System.Net;
using System.Net.Sockets;
using System.Text;
using Onboarding.Client.Native;

namespace Onboarding.Client.Channel;

/// <summary>
/// Where the plane is. A machine whose sidecar captures DNS may resolve no name at all until istiod answers, after a reboot for
/// instance; then the address that was good last is good enough: anyone who answers there still has to show the plane's certificate.
/// </summary>
/// <param name="host">The name, or an address.</param>
/// <param name="stateDirectory">Where the last good address is kept; null to keep none.</param>
/// <param name="time">The clock.</param>
internal sealed class PlaneAddresses(string host, string? stateDirectory, TimeProvider time)
{
    // Longer than a resolver takes that answers, and short enough that the plane doesn't wait for one that doesn't.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private readonly string? _file = stateDirectory is null ? null : Path.Combine(stateDirectory, "plane-address");
    private string? _kept;

    /// <summary>Looks the name up: as the machine does, then by the other way as well, then by what was good last.</summary>
    /// <exception cref="SocketException">There is no address to try.</exception>
    public async Task<IPAddress[]> FindAsync(CancellationToken cancellationToken)
    {
        if (IPAddress.TryParse(host, out IPAddress? literal))
        {
            return [literal];
        }

        Task<IPAddress[]> first = Dns.GetHostAddressesAsync(host, cancellationToken);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(first, Task.Delay(Patience, time, patience.Token));
        await patience.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
        if (first.IsCompletedSuccessfully)
        {
            return await first;
        }

        Task<IPAddress[]> second = NameLookups.OtherWayAsync(host);
        Task<IPAddress[]> winner = await Task.WhenAny(first, second);
        winner = winner.IsCompletedSuccessfully ? winner : winner == first ? second : first;
        try
        {
            IPAddress[] addresses = await winner.WaitAsync(cancellationToken);
            if (winner == second)
            {
                NameLookups.OtherWayWasBetter();
            }

            return addresses;
        }
        catch (SocketException)
        {
            // What the resolver said first is what is told, if there is nothing to try.
            return ReadKept() is { } last ? [last] : await first;
        }
    }

    /// <summary>Keeps an address whose owner has shown the plane's certificate.</summary>
    public void Remember(IPAddress address)
    {
        string line = $"{host} {(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address)}\n";
        if (_file is null || line == _kept || IPAddress.TryParse(host, out _))
        {
            return;
        }

        try
        {
            DurableFiles.Instance.Write(_file, Encoding.UTF8.GetBytes(line), FileModes.Secret);
            _kept = line;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A full disk costs the fallback, not the connection.
        }
    }

    // For this name only: the configuration may have changed meanwhile.
    private IPAddress? ReadKept()
    {
        try
        {
            string[] words = _file is null ? [] : File.ReadAllText(_file).Trim().Split(' ');
            return words.Length == 2 && words[0] == host && IPAddress.TryParse(words[1], out IPAddress? address) ? address : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
