namespace Onboarding.Documents;

/// <summary>Opens files for reading; replaced where a test owns the files.</summary>
public interface IFileOpener
{
    /// <summary>Opens a file for reading.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="IOException">It can't be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be opened, or is a directory.</exception>
    Stream OpenRead(string path);
}

/// <summary>The file system.</summary>
internal sealed class SystemFiles : IFileOpener
{
    public static SystemFiles Instance { get; } = new();

    public Stream OpenRead(string path) =>
        // What File.OpenRead says about a directory is that access is denied.
        Directory.Exists(path)
            ? throw new IOException("it is a directory")
            : new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
}
