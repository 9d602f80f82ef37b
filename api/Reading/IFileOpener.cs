namespace Onboarding.Api.Reading;

/// <summary>Opens files for reading; replaced where a test owns the files.</summary>
public interface IFileOpener
{
    /// <summary>Opens a file for reading.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="IOException">It can't be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be opened, or is a directory.</exception>
    Stream OpenRead(string path);
}
