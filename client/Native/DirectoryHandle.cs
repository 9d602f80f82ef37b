using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Onboarding.Client.Native;

/// <summary>
/// An open directory. What is done in it is done in that very directory, whatever is put in the place of its name meanwhile. Attack: the
/// sidecar's user owns directories that root writes in, and exchanges one for a link to <c>/etc</c>: with paths, root would write there.
/// </summary>
internal sealed class DirectoryHandle : IDisposable
{
    private const int NoSuchEntry = 2;
    private const int NotEmpty = 39;
    private const int NotPermitted = 1;
    private const int AccessDenied = 13;
    private const uint DefaultMode = 0x1ED;
    private readonly SafeFileHandle _handle;

    private DirectoryHandle(SafeFileHandle handle, string path)
    {
        _handle = handle;
        Path = path;
    }

    /// <summary>Its path, for people.</summary>
    public string Path { get; }

    /// <summary>What it is.</summary>
    public FileFacts Facts => SecureFiles.Look(_handle);

    /// <summary>
    /// Opens a directory name by name. A link is followed only where it lies in a directory that root or the agent's user alone may
    /// change: <c>/var/run</c> is such a link.
    /// </summary>
    /// <param name="root">Where to begin.</param>
    /// <param name="path">The names below it.</param>
    /// <returns>The directory; null if it isn't there.</returns>
    /// <exception cref="IOException">One of the names isn't a directory, or is a link that isn't to be followed.</exception>
    public static DirectoryHandle? Find(string root, string path) => Walk(root, path, make: false);

    /// <summary>The same; a directory that isn't there is made, with mode 0755.</summary>
    /// <param name="root">Where to begin.</param>
    /// <param name="path">The names below it.</param>
    /// <exception cref="IOException">See <see cref="Find"/>.</exception>
    public static DirectoryHandle Make(string root, string path) => Walk(root, path, make: true)!;

    /// <summary>Opens a directory in it, and never through a link.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="make">True to make it, with mode 0755, if it isn't there.</param>
    /// <returns>The directory; null if it isn't there.</returns>
    /// <exception cref="IOException">It isn't a directory, or is a link.</exception>
    public DirectoryHandle? Enter(string name, bool make) => Enter(name, make, LibC.OpenNoFollow);

    /// <summary>What a name in it is, not what it points to; null if there is nothing.</summary>
    public FileFacts? Look(string name)
    {
        int result = LibC.StatX(_handle, name, LibC.AtSymlinkNoFollow, LibC.StatxBasicStats, out FileFacts facts);
        return result == 0 ? facts : Marshal.GetLastPInvokeError() == NoSuchEntry ? null : throw Failure("stat", name);
    }

    /// <summary>Opens a regular file in it, and never through a link; a pipe doesn't keep the caller waiting.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="flags">How to open it.</param>
    /// <returns>The file; null if it isn't there.</returns>
    /// <exception cref="IOException">It isn't a regular file, or can't be opened.</exception>
    public SafeFileHandle? Open(string name, int flags = LibC.OpenReadOnly)
    {
        int descriptor = LibC.OpenAt(_handle, name, flags | LibC.OpenNoFollow | LibC.OpenNonBlocking | LibC.OpenCloseOnExec, 0);
        if (descriptor < 0)
        {
            return Marshal.GetLastPInvokeError() == NoSuchEntry ? null : throw Failure("open", name);
        }

        var file = new SafeFileHandle(descriptor, ownsHandle: true);
        if (SecureFiles.Look(file).IsRegularFile)
        {
            return file;
        }

        file.Dispose();
        throw new IOException($"{At(name)} isn't a regular file.");
    }

    /// <summary>Replaces a file in it in one step, durably.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="mode">Its permissions.</param>
    /// <param name="owner">Whose it is to be; null: the agent's user's.</param>
    /// <param name="write">Writes the content.</param>
    public void Write(string name, UnixFileMode mode, (uint UserId, uint GroupId)? owner, Action<SafeFileHandle> write)
    {
        string temporary = $".{name}.onboarding-agent";
        // Of a write that was cut off by a crash.
        Delete(temporary);
        int descriptor = LibC.OpenAt(
            _handle, temporary, LibC.OpenWriteOnly | LibC.OpenCreate | LibC.OpenExclusive | LibC.OpenNoFollow | LibC.OpenCloseOnExec, (uint)mode);
        if (descriptor < 0)
        {
            throw Failure("create", name);
        }

        try
        {
            using (var file = new SafeFileHandle(descriptor, ownsHandle: true))
            {
                write(file);
                // By its descriptor, and before it has its name: anyone who may write in the directory could put another file of root's
                // in its place, and be given that.
                Give(file, name, mode, owner);
                Synchronize(file, name);
            }

            if (LibC.RenameAt(_handle, temporary, _handle, name) != 0)
            {
                throw Failure("rename", name);
            }
        }
        catch
        {
            Delete(temporary);
            throw;
        }

        Synchronize(_handle, "");
    }

    /// <summary>Gives the directory itself another owner and mode.</summary>
    public void Give(UnixFileMode mode, (uint UserId, uint GroupId)? owner) => Give(_handle, "", mode, owner);

    /// <summary>Gives a file in it another name in it.</summary>
    /// <returns>False if there is no such file.</returns>
    public bool Rename(string from, string to) =>
        LibC.RenameAt(_handle, from, _handle, to) == 0 || (Marshal.GetLastPInvokeError() == NoSuchEntry ? false : throw Failure("rename", from));

    /// <summary>Removes a file, socket or link in it, if it is there.</summary>
    public void Delete(string name)
    {
        if (LibC.UnlinkAt(_handle, name, 0) != 0 && Marshal.GetLastPInvokeError() != NoSuchEntry)
        {
            throw Failure("unlink", name);
        }
    }

    /// <summary>Removes a directory in it, if it is there and empty.</summary>
    public void DeleteEmpty(string name)
    {
        if (LibC.UnlinkAt(_handle, name, LibC.AtRemoveDirectory) != 0 && Marshal.GetLastPInvokeError() is not (NoSuchEntry or NotEmpty))
        {
            throw Failure("rmdir", name);
        }
    }

    /// <summary>Makes what was removed in it survive a power cut.</summary>
    public void Synchronize() => Synchronize(_handle, "");

    /// <inheritdoc/>
    public void Dispose() => _handle.Dispose();

    private static DirectoryHandle? Walk(string root, string path, bool make)
    {
        var current = new DirectoryHandle(OpenRoot(root), root);
        foreach (string name in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            using DirectoryHandle parent = current;
            FileFacts facts = parent.Facts;
            bool isSafe = (facts.UserId == 0 || facts.UserId == LibC.EffectiveUserId()) && !facts.IsWritableByOthers;
            if (parent.Enter(name, make, isSafe ? 0 : LibC.OpenNoFollow) is not { } next)
            {
                return null;
            }

            current = next;
        }

        return current;
    }

    private static SafeFileHandle OpenRoot(string root)
    {
        int descriptor = LibC.Open(root, LibC.OpenReadOnly | LibC.OpenDirectory | LibC.OpenCloseOnExec, 0);
        return descriptor >= 0 ? new SafeFileHandle(descriptor, ownsHandle: true) : throw SecureFiles.Failure("open", root);
    }

    private DirectoryHandle? Enter(string name, bool make, int follow)
    {
        int flags = LibC.OpenReadOnly | LibC.OpenDirectory | LibC.OpenCloseOnExec | follow;
        int descriptor = LibC.OpenAt(_handle, name, flags, 0);
        if (descriptor < 0 && Marshal.GetLastPInvokeError() == NoSuchEntry)
        {
            if (!make)
            {
                return null;
            }

            // It may have been made meanwhile; then that one is opened, and looked at like any other.
            bool isNew = LibC.MakeDirectoryAt(_handle, name, DefaultMode) == 0;
            descriptor = LibC.OpenAt(_handle, name, flags, 0);
            if (descriptor >= 0 && isNew)
            {
                var made = new DirectoryHandle(new SafeFileHandle(descriptor, ownsHandle: true), At(name));
                // Whatever the umask: the sidecar's user has to get through.
                made.Give(FileModes.PublicDirectory, owner: null);
                return made;
            }
        }

        return descriptor >= 0
            ? new DirectoryHandle(new SafeFileHandle(descriptor, ownsHandle: true), At(name))
            : throw Failure("open directory", name);
    }

    private void Give(SafeFileHandle handle, string name, UnixFileMode mode, (uint UserId, uint GroupId)? owner)
    {
        if (owner is { } who && LibC.ChangeOwner(handle, who.UserId, who.GroupId) != 0)
        {
            throw Failure("chown", name);
        }

        File.SetUnixFileMode(handle, mode);
    }

    private void Synchronize(SafeFileHandle handle, string name)
    {
        if (LibC.Synchronize(handle) != 0)
        {
            throw Failure("fsync", name);
        }
    }

    private string At(string name) => System.IO.Path.Combine(Path, name);

    private Exception Failure(string call, string name)
    {
        IOException failure = SecureFiles.Failure(call, At(name));
        return failure.HResult is NotPermitted or AccessDenied ? new UnauthorizedAccessException(failure.Message, failure) : failure;
    }
}
