using System.Text;

namespace Onboarding.BootConfiguration.Text;

/// <summary>Go's order of texts: by UTF-8 bytes. Differs from ordinal UTF-16 order where surrogates meet U+E000 and up.</summary>
internal sealed class ByteOrder : IComparer<string>
{
    public static readonly ByteOrder Instance = new();

    public int Compare(string? x, string? y) =>
        Encoding.UTF8.GetBytes(x ?? "").AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(y ?? ""));
}
