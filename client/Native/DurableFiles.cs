namespace Onboarding.Client.Native;

/// <inheritdoc />
internal sealed class DurableFiles : IDurableFiles
{
    public static readonly DurableFiles Instance = new();

    public void Write(string path, ReadOnlySpan<byte> content, UnixFileMode mode)
    {
        string temporary = Temporary(path);
        try
        {
            // CreateNew is O_EXCL: it fails on anything that is already there, a planted link included.
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = mode };
            using (var file = new FileStream(temporary, options))
            {
                file.Write(content);
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
