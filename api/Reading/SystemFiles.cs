namespace Onboarding.Api.Reading;

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
