using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Onboarding.Client.Native;

/// <summary>
/// The kernel's messages that an IPv4 or IPv6 address came, went or changed its flags (rtnetlink). The runtime's own event is about IPv4 alone.
/// </summary>
internal sealed partial class AddressMessages : IDisposable
{
    private const int Netlink = 16;
    private const int RawCloseOnExec = 3 | 0x80000;
    private const uint AddressGroups = 0x10 | 0x100;
    private readonly CancellationTokenSource _closing = new();
    private readonly Socket _socket;

    private AddressMessages(Socket socket, Action changed)
    {
        _socket = socket;
        _ = ReadAsync(changed, _closing.Token);
    }

    /// <summary>Listens to them.</summary>
    /// <param name="changed">Called for each; on any thread.</param>
    /// <returns>Ends it; null where the kernel doesn't tell.</returns>
    public static AddressMessages? Listen(Action changed)
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        var handle = new SafeSocketHandle(Open(Netlink, RawCloseOnExec, 0), ownsHandle: true);
        var address = new NetlinkAddress { Family = Netlink, Groups = AddressGroups };
        if (handle.IsInvalid || Bind(handle, in address, Marshal.SizeOf<NetlinkAddress>()) != 0)
        {
            handle.Dispose();
            return null;
        }

        return new AddressMessages(new Socket(handle), changed);
    }

    public void Dispose()
    {
        _closing.Cancel();
        _socket.Dispose();
    }

    private async Task ReadAsync(Action changed, CancellationToken closing)
    {
        byte[] buffer = new byte[8192];
        while (!closing.IsCancellationRequested)
        {
            try
            {
                await _socket.ReceiveAsync(buffer, closing).ConfigureAwait(false);
                changed();
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.NoBufferSpaceAvailable)
            {
                // More than it keeps for us: what was lost is one change among others.
                changed();
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException or SocketException)
            {
                return;
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    private static partial int Open(int family, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "bind", SetLastError = true)]
    private static partial int Bind(SafeSocketHandle socket, in NetlinkAddress address, int length);

    // sockaddr_nl.
    [StructLayout(LayoutKind.Sequential)]
    private struct NetlinkAddress
    {
        public ushort Family;
        public ushort Padding;
        public uint ProcessId;
        public uint Groups;
    }
}
