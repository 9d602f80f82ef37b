using System.Buffers.Binary;
using System.Net.Sockets;

namespace Onboarding.Tests.Integration.Attacks;

/// <summary>Says hello in TLS by hand: to see what a server offers, a client library has to be kept from having its own opinion.</summary>
internal static class RawTls
{
    public const byte Alert = 0x15;
    public const byte Handshake = 0x16;
    public const byte ServerHello = 2;
    public const byte NewSessionTicket = 4;
    public const byte CertificateRequest = 13;
    public const byte ServerHelloDone = 14;
    public const int SessionTicket = 35;

    /// <summary>Sends a ClientHello and reads the server's first flight.</summary>
    /// <param name="address">The server.</param>
    /// <param name="version">Highest version the client says it knows: 0x0302 is TLS 1.1, 0x0303 TLS 1.2.</param>
    /// <returns>Type of the first record, and the handshake messages.</returns>
    public static async Task<(byte Record, IReadOnlyList<(byte Type, byte[] Body)> Messages)> HelloAsync(Uri address, int version)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(address.Host, address.Port);
        NetworkStream stream = client.GetStream();
        await stream.WriteAsync(ClientHello(version));
        byte first = 0;
        var handshake = new List<byte>();
        byte[] header = new byte[5];
        while (await stream.ReadAtLeastAsync(header, header.Length, throwOnEndOfStream: false) == header.Length)
        {
            first = first == 0 ? header[0] : first;
            byte[] body = new byte[BinaryPrimitives.ReadUInt16BigEndian(header.AsSpan(3))];
            await stream.ReadExactlyAsync(body);
            if (header[0] != Handshake)
            {
                break;
            }

            handshake.AddRange(body);
            IReadOnlyList<(byte Type, byte[] Body)> messages = Split([.. handshake]);
            if (messages.Any(m => m.Type == ServerHelloDone))
            {
                break;
            }
        }

        return (first, Split([.. handshake]));
    }

    /// <summary>Length of the session id and types of the extensions in a ServerHello.</summary>
    public static (int SessionId, IReadOnlyList<int> Extensions) Read(byte[] serverHello)
    {
        int sessionId = serverHello[34];
        int at = 35 + sessionId + 3;
        var extensions = new List<int>();
        for (at += 2; at + 4 <= serverHello.Length; at += 4 + BinaryPrimitives.ReadUInt16BigEndian(serverHello.AsSpan(at + 2)))
        {
            extensions.Add(BinaryPrimitives.ReadUInt16BigEndian(serverHello.AsSpan(at)));
        }

        return (sessionId, extensions);
    }

    private static byte[] ClientHello(int version)
    {
        byte[] suites = [0xC0, 0x2B, 0xC0, 0x2F, 0xC0, 0x2C, 0xC0, 0x30, 0xC0, 0x09, 0xC0, 0x13, 0xC0, 0x0A, 0xC0, 0x14, 0x00, 0x2F, 0x00, 0x35];
        byte[] extensions =
        [
            0x00, 0x0A, 0x00, 0x06, 0x00, 0x04, 0x00, 0x17, 0x00, 0x18, // groups: P-256, P-384
            0x00, 0x0B, 0x00, 0x02, 0x01, 0x00, // point formats
            0x00, 0x0D, 0x00, 0x08, 0x00, 0x06, 0x04, 0x03, 0x04, 0x01, 0x08, 0x04, // signatures
            0x00, 0x23, 0x00, 0x00, // a session ticket would be welcome
        ];
        byte[] body =
        [
            (byte)(version >> 8), (byte)version,
            .. new byte[32],
            0,
            .. Length16(suites), .. suites,
            1, 0,
            .. Length16(extensions), .. extensions,
        ];
        byte[] message = [1, 0, .. Length16(body), .. body];
        return [Handshake, 3, 1, .. Length16(message), .. message];
    }

    private static byte[] Length16(byte[] bytes) => [(byte)(bytes.Length >> 8), (byte)bytes.Length];

    private static List<(byte Type, byte[] Body)> Split(byte[] handshake)
    {
        var messages = new List<(byte Type, byte[] Body)>();
        for (int at = 0; at + 4 <= handshake.Length;)
        {
            int length = (handshake[at + 1] << 16) | BinaryPrimitives.ReadUInt16BigEndian(handshake.AsSpan(at + 2));
            if (at + 4 + length > handshake.Length)
            {
                break;
            }

            messages.Add((handshake[at], handshake[(at + 4)..(at + 4 + length)]));
            at += 4 + length;
        }

        return messages;
    }
}
