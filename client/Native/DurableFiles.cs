namespace Onboarding.Client.Native;

/// <inheritdoc />
internal sealed class DurableFiles : IDurableFiles
{
    public static readonly DurableFiles Instance = new();

    public void Write(string path, ReadOnlySpan<byte> content, UnixFileMode mode) => Write(path, content, mode, owner: null);

    /// <summary>The same for a file that is to be another's.</summary>
    public static void Write(string path, ReadOnlySpan<byte> content, UnixFileMode mode, (uint UserId, uint GroupId)? owner)
    {
        string temporary = Temporary(path);
        try
        {
            // CreateNew is O_EXCL: it fails on anything that is already there, a planted link included.
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = mode };
            using (var file = new FileStream(temporary, options))
            {
                file.Write(content);
                // By its descriptor, and before it has its name: anyone who may write in the directory could put another file of root's
                // in its place, and be given that.
                if (owner is { } who && LibC.ChangeOwner(file.SafeFileHandle, who.UserId, who.GroupId) != 0)
                {
                    throw SecureFiles.Failure("chown", path);
                }

                File.SetUnixFileMode(file.SafeFileHandle, mode);
                file.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
            SecureFiles.SynchronizeDirectory(Path.GetDirectoryName(path)!);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    public void Link(string path, string target)
    {
        string temporary = Temporary(path);
        try
        {
            File.CreateSymbolicLink(temporary, target);
            // File.Move looks where the link leads, finds a directory and refuses.
            if (LibC.Rename(temporary, path) != 0)
            {
                throw SecureFiles.Failure("rename", path);
            }

            SecureFiles.SynchronizeDirectory(Path.GetDirectoryName(path)!);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    private static string Temporary(string path) =>
        Path.Combine(Path.GetDirectoryName(path)!, $".{Path.GetFileName(path)}.{Guid.NewGuid():N}.tmp");
}

/// <summary>Writes that are either complete and on disk, or never happened. A seam, so that tests can fill the disk.</summary>
internal interface IDurableFiles
{
    /// <summary>Replaces a file: temporary file beside it, fsync, rename, fsync of the directory.</summary>
    /// <param name="path">The file.</param>
    /// <param name="content">All of its content.</param>
    /// <param name="mode">Its permissions.</param>
    void Write(string path, ReadOnlySpan<byte> content, UnixFileMode mode);

    /// <summary>Makes a symbolic link point elsewhere, in one step.</summary>
    /// <param name="path">The link.</param>
    /// <param name="target">What it points to, relative to its directory.</param>
    void Link(string path, string target);
}
