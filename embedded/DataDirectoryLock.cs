using System.Globalization;

namespace Onboarding.Embedded;

/// <summary>
/// Keeps a second control plane away from a data directory: each keeps in memory what it has written, and two that write one database
/// spoil it for both.
/// </summary>
internal sealed class DataDirectoryLock : IAsyncDisposable
{
    private readonly FileStream _file;

    private DataDirectoryLock(FileStream file) => _file = file;

    /// <summary>Takes a directory for this process.</summary>
    /// <exception cref="DataDirectoryInUseException">Another control plane has it.</exception>
    public static DataDirectoryLock Take(string directory)
    {
        string path = Path.Combine(directory, "lock");
        try
        {
            // The kernel gives it back when the process ends, however that is.
            var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            // Beside it, as no other process may open the locked file, not even to read it.
            File.WriteAllText(HolderFile(directory), $"{Environment.ProcessId.ToString(CultureInfo.InvariantCulture)}\n");
            return new DataDirectoryLock(file);
        }
        catch (IOException e) when (e is not (FileNotFoundException or DirectoryNotFoundException or PathTooLongException) && File.Exists(path))
        {
            throw new DataDirectoryInUseException(directory, Holder(directory), e);
        }
    }

    /// <summary>Gives it back.</summary>
    public ValueTask DisposeAsync() => _file.DisposeAsync();

    private static string HolderFile(string directory) => Path.Combine(directory, "lock-holder");

    private static int Holder(string directory)
    {
        try
        {
            return int.TryParse(File.ReadAllText(HolderFile(directory)).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out int holder) ? holder : 0;
        }
        catch (IOException)
        {
            return 0;
        }
    }
}

/// <summary>Another control plane has the data directory.</summary>
/// <param name="directory">The directory.</param>
/// <param name="processId">The process; 0 if that isn't known.</param>
/// <param name="inner">Why it can't be had.</param>
public sealed class DataDirectoryInUseException(string directory, int processId, Exception? inner = null)
    : IOException($"{directory} is in use by process {processId.ToString(CultureInfo.InvariantCulture)}.", inner)
{
    /// <summary>The process; 0 if that isn't known.</summary>
    public int ProcessId { get; } = processId;
}
