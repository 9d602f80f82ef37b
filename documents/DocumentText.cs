using System.Buffers;
using Onboarding.Api.Reading.Nodes;

namespace Onboarding.Documents;

/// <summary>Turns bytes into text: UTF-8, bounded, without characters that no YAML or JSON may hold.</summary>
internal static class DocumentText
{
    private static readonly SearchValues<char> Forbidden =
        SearchValues.Create([.. Enumerable.Range(0, 0x20).Append(0x7f).Select(c => (char)c).Except("\t\n\r")]);

    /// <summary>The text, without a byte-order mark.</summary>
    /// <exception cref="SyntaxException">The bytes aren't such a text.</exception>
    public static string Decode(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > ReadLimits.Bytes)
        {
            throw new SyntaxException(new Position(1, 1), TooLarge(bytes.Length));
        }

        if (bytes.StartsWith<byte>([0xff, 0xfe]) || bytes.StartsWith<byte>([0xfe, 0xff]))
        {
            throw new SyntaxException(new Position(1, 1), "is UTF-16; save it as UTF-8");
        }

        // Editors on Windows put it there, and YAML allows it.
        if (bytes.StartsWith<byte>([0xef, 0xbb, 0xbf]))
        {
            bytes = bytes[3..];
        }

        string text = DecodeUtf8(bytes);
        int forbidden = text.AsSpan().IndexOfAny(Forbidden);
        if (forbidden >= 0)
        {
            char c = text[forbidden];
            string name = c == '\0' ? "a NUL character" : $"the control character U+{(int)c:X4}";
            throw new SyntaxException(PositionAfter(text.AsSpan(0, forbidden)), $"holds {name}; is it a text file?");
        }

        return text;
    }

    public static string TooLarge(long bytes) => $"has {bytes:N0} bytes; at most {ReadLimits.Bytes:N0} are read";

    /// <summary>The position right after a text that starts at 1:1.</summary>
    public static Position PositionAfter(ReadOnlySpan<char> text)
    {
        int line = 1 + text.Count('\n');
        return new Position(line, text.Length - text.LastIndexOf('\n'));
    }

    private static string DecodeUtf8(ReadOnlySpan<byte> bytes)
    {
        char[] buffer = new char[bytes.Length];
        OperationStatus status = System.Text.Unicode.Utf8.ToUtf16(
            bytes, buffer, out int read, out int written, replaceInvalidSequences: false);
        return status == OperationStatus.Done
            ? new string(buffer, 0, written)
            : throw new SyntaxException(
                PositionAfter(buffer.AsSpan(0, written)), $"holds the byte 0x{bytes[read]:X2}, which isn't UTF-8 here; save the file as UTF-8");
    }
}

/// <summary>What a document may cost. Files and requests come from people who may mean harm.</summary>
internal static class ReadLimits
{
    /// <summary>Bytes of a document, checked before anything looks into it.</summary>
    public const int Bytes = 1024 * 1024;

    /// <summary>Values inside values.</summary>
    public const int Depth = 64;

    /// <summary>Values, with every alias counted as if it were written out: an alias bomb is counted, not expanded.</summary>
    public const long Nodes = 100_000;
}
