using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Onboarding.Client.Native;

/// <summary>Opens and looks at files without being led astray by a symbolic link someone planted.</summary>
internal static class SecureFiles
{
    private const int NoSuchEntry = 2;

    /// <summary>What the path itself is, not what it points to; null if there is nothing.</summary>
    public static FileFacts? Look(string path)
    {
        int result = LibC.StatX(LibC.AtCurrentDirectory, path, LibC.AtSymlinkNoFollow, LibC.StatxBasicStats, out FileFacts facts);
        if (result == 0)
        {
            return facts;
        }

        return Marshal.GetLastPInvokeError() == NoSuchEntry ? null : throw Failure("stat", path);
    }

    /// <summary>
    /// Opens a file, but never through a symbolic link at its end: anyone who could plant one would choose which file a
    /// privileged agent reads or truncates.
    /// </summary>
    public static SafeFileHandle Open(string path, int flags, UnixFileMode mode = UnixFileMode.None)
    {
        int descriptor = LibC.Open(path, flags | LibC.OpenNoFollow | LibC.OpenCloseOnExec, (uint)mode);
        return descriptor >= 0 ? new SafeFileHandle(descriptor, ownsHandle: true) : throw Failure("open", path);
    }

    /// <summary>What an open file is; no one can exchange it between look and use.</summary>
    public static FileFacts Look(SafeFileHandle file)
    {
        int descriptor = (int)file.DangerousGetHandle();
        int result = LibC.StatX(descriptor, "", LibC.AtEmptyPath, LibC.StatxBasicStats, out FileFacts facts);
        GC.KeepAlive(file);
        return result == 0 ? facts : throw Failure("stat", $"descriptor {descriptor}");
    }

    /// <summary>Makes what was renamed in a directory survive a power cut.</summary>
    public static void SynchronizeDirectory(string path)
    {
        using SafeFileHandle directory = Open(path, LibC.OpenReadOnly | LibC.OpenDirectory);
        if (LibC.Synchronize(directory) != 0)
        {
            throw Failure("fsync", path);
        }
    }

    /// <summary>An exception for the last failed call, with the system's own words.</summary>
    public static IOException Failure(string call, string path)
    {
        int error = Marshal.GetLastPInvokeError();
        return new IOException($"{call} {path}: {new Win32Exception(error).Message}", error);
    }
}
