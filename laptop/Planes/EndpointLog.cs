namespace Onboarding.Laptop.Planes;

/// <summary>What an endpoint says on standard error: kept in a file, told to anyone who listens, and the last line remembered.</summary>
internal sealed class EndpointLog
{
    private readonly Lock _lock = new();
    private readonly Action<string> _tell;

    public EndpointLog(string file, Action<string> tell)
    {
        File = file;
        _tell = tell;
        System.IO.File.WriteAllText(file, "");
    }

    public string File { get; }

    /// <summary>The last line; empty if it said nothing.</summary>
    public string LastLine { get; private set; } = "";

    public void Add(string line)
    {
        lock (_lock)
        {
            LastLine = line.Trim().Length == 0 ? LastLine : line.Trim();
            try
            {
                System.IO.File.AppendAllText(File, $"{line}\n");
            }
            catch (IOException)
            {
                // A full disk, or a directory that was removed, is no reason to lose the endpoint.
            }
        }

        _tell(line);
    }
}
