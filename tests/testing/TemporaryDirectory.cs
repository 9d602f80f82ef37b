namespace Onboarding.Testing;

/// <summary>A directory that goes with the test.</summary>
public sealed class TemporaryDirectory : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("onboarding-").FullName;

    /// <summary>A path in it.</summary>
    public string this[string name] => System.IO.Path.Combine(Path, name);

    public void Dispose()
    {
        // A process that the test stopped may still write its last file while the directory is deleted.
        for (int left = 50; ; left--)
        {
            try
            {
                Directory.Delete(Path, recursive: true);
                return;
            }
            catch (IOException) when (left > 0 && Directory.Exists(Path))
            {
                Thread.Sleep(20);
            }
        }
    }
}
