using System.Runtime.InteropServices;

namespace Onboarding.Client.Native;

/// <summary>
/// What <c>statx(2)</c> says of a file. Unlike <c>struct stat</c>, it has the same layout on every architecture.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = 256)]
internal readonly struct FileFacts
{
    private const ushort TypeMask = 0xF000;

    /// <summary>How many names the file has.</summary>
    [FieldOffset(16)]
    public readonly uint Links;

    [FieldOffset(20)]
    public readonly uint UserId;

    [FieldOffset(24)]
    public readonly uint GroupId;

    [FieldOffset(28)]
    public readonly ushort Mode;

    [FieldOffset(40)]
    public readonly ulong Size;

    public bool IsDirectory => (Mode & TypeMask) == 0x4000;

    public bool IsRegularFile => (Mode & TypeMask) == 0x8000;

    public bool IsSymbolicLink => (Mode & TypeMask) == 0xA000;

    public bool IsSocket => (Mode & TypeMask) == 0xC000;

    /// <summary>The nine permission bits.</summary>
    public int Permissions => Mode & 0x1FF;

    /// <summary>True if anyone but the owner may do anything with it.</summary>
    public bool IsOpenToOthers => (Mode & 0x3F) != 0;

    /// <summary>True if anyone but the owner may change it.</summary>
    public bool IsWritableByOthers => (Mode & 0x12) != 0;
}
