using Grpc.Core;

namespace Grpc.Net.Wire;

/// <summary>Metadata as HTTP headers.</summary>
internal static class MetadataHeaders
{
    /// <summary>Headers that belong to HTTP or to the protocol; an application neither sends nor sees them as metadata.</summary>
    private static readonly HashSet<string> Reserved = new(StringComparer.OrdinalIgnoreCase)
    {
        "content-type", "content-length", "content-encoding", "te", "host", "connection", "transfer-encoding", "upgrade",
        "keep-alive", "proxy-connection", "trailer", "date", "server",
        WireNames.Status, WireNames.Message, WireNames.Timeout, WireNames.Encoding, WireNames.AcceptEncoding,
        "grpc-message-type",
    };

    public static bool IsReserved(string name) => name.StartsWith(':') || Reserved.Contains(name);

    /// <summary>The header's value; bytes are unpadded base64, as the specification asks.</summary>
    public static string Encode(Metadata.Entry entry) =>
        entry.IsBinary ? Convert.ToBase64String(entry.ValueBytes).TrimEnd('=') : entry.Value;

    /// <summary>Adds what one header line says.</summary>
    /// <returns>False if it isn't metadata: characters that aren't allowed, or not base64.</returns>
    public static bool TryAdd(Metadata metadata, string name, string value)
    {
        if (!name.EndsWith(Metadata.BinaryHeaderSuffix, StringComparison.OrdinalIgnoreCase))
        {
            return Metadata.Entry.TryCreate(name, value) is { } entry && Added(metadata, entry);
        }

        // Lines of the same name may have been joined on the way; ',' isn't a base64 character.
        foreach (string part in value.Split(',', StringSplitOptions.TrimEntries))
        {
            if (Decode(part) is not { } bytes || Metadata.Entry.TryCreate(name, bytes) is not { } entry)
            {
                return false;
            }

            metadata.Add(entry);
        }

        return true;
    }

    private static bool Added(Metadata metadata, Metadata.Entry entry)
    {
        metadata.Add(entry);
        return true;
    }

    private static byte[]? Decode(string base64)
    {
        string padded = base64.EndsWith('=') ? base64 : base64.PadRight((base64.Length + 3) / 4 * 4, '=');
        byte[] bytes = new byte[padded.Length / 4 * 3];
        return Convert.TryFromBase64String(padded, bytes, out int length) ? bytes[..length] : null;
    }
}
