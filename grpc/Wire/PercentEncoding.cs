using System.Globalization;
using System.Text;

namespace Grpc.Net.Wire;

/// <summary>The encoding of <c>grpc-message</c>: UTF-8 in which everything but printable ASCII, and '%' itself, is %XX.</summary>
internal static class PercentEncoding
{
    public static string Encode(string text)
    {
        if (!text.Any(NeedsEncoding))
        {
            return text;
        }

        var encoded = new StringBuilder(text.Length + 16);
        foreach (byte b in Encoding.UTF8.GetBytes(text))
        {
            if (NeedsEncoding((char)b))
            {
                encoded.Append(CultureInfo.InvariantCulture, $"%{b:X2}");
            }
            else
            {
                encoded.Append((char)b);
            }
        }

        return encoded.ToString();
    }

    /// <summary>Never fails: as the specification asks, what isn't an escape is kept as it came.</summary>
    public static string Decode(string text)
    {
        if (!text.Contains('%', StringComparison.Ordinal))
        {
            return text;
        }

        byte[] bytes = Encoding.UTF8.GetBytes(text);
        int length = 0;
        for (int i = 0; i < bytes.Length; i++)
        {
            if (bytes[i] == '%' && i + 2 < bytes.Length
                && char.IsAsciiHexDigit((char)bytes[i + 1]) && char.IsAsciiHexDigit((char)bytes[i + 2]))
            {
                bytes[length++] = (byte)((Digit(bytes[i + 1]) << 4) | Digit(bytes[i + 2]));
                i += 2;
            }
            else
            {
                bytes[length++] = bytes[i];
            }
        }

        return Encoding.UTF8.GetString(bytes, 0, length);
    }

    private static bool NeedsEncoding(char c) => c is < ' ' or > '~' or '%';

    private static int Digit(byte c) => c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
}
