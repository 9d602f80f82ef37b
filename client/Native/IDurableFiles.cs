namespace Onboarding.Client.Native;

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
