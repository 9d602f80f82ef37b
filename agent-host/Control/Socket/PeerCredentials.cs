using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Onboarding.AgentHost.Control;

/// <summary>
/// Who is at the other end of a Unix socket, as the kernel noted it when the peer connected: nothing in it is the peer's word.
/// </summary>
/// <param name="ProcessId">Its process. For logs only: the process may have ended since and its id be another's.</param>
/// <param name="UserId">Its effective user.</param>
/// <param name="GroupIds">Its effective group, and its supplementary ones.</param>
internal sealed record PeerCredentials(int ProcessId, uint UserId, IReadOnlyList<uint> GroupIds)
{
    private const int SocketLevel = 1;
    private const int PeerCredentialsOption = 17;
    private const int PeerGroupsOption = 59;
    private const int LengthOfCredentials = 12;
    private const int MostGroups = 65536;

    /// <summary>The peer of a connected Unix socket; null if the kernel doesn't know it: then the peer may do nothing.</summary>
    /// <param name="socket">The socket.</param>
    public static PeerCredentials? FromSocket(Socket? socket)
    {
        if (socket is not { AddressFamily: AddressFamily.Unix })
        {
            return null;
        }

        try
        {
            Span<byte> credentials = stackalloc byte[LengthOfCredentials];
            if (socket.GetRawSocketOption(SocketLevel, PeerCredentialsOption, credentials) != LengthOfCredentials)
            {
                return null;
            }

            int processId = MemoryMarshal.Read<int>(credentials);
            uint userId = MemoryMarshal.Read<uint>(credentials[4..]);
            uint groupId = MemoryMarshal.Read<uint>(credentials[8..]);
            return new PeerCredentials(processId, userId, [groupId, .. SupplementaryGroups(socket)]);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return null;
        }
    }

    private static uint[] SupplementaryGroups(Socket socket)
    {
        byte[] groups = new byte[256 * sizeof(uint)];
        while (true)
        {
            try
            {
                int length = socket.GetRawSocketOption(SocketLevel, PeerGroupsOption, groups);
                return MemoryMarshal.Cast<byte, uint>(groups.AsSpan(0, length)).ToArray();
            }
            catch (SocketException) when (groups.Length < MostGroups * sizeof(uint))
            {
                // Too short; or the kernel (before 4.13) doesn't tell, which the longest buffer doesn't change.
                groups = new byte[MostGroups * sizeof(uint)];
            }
            catch (SocketException)
            {
                return [];
            }
        }
    }
}
