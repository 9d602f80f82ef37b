using System.Globalization;

namespace Onboarding.Endpoint.Connections;

/// <summary>
/// What callers who have proved nothing may hold of this process. Attack: each connection costs a file descriptor and memory before a
/// credential is seen; a process that runs out of descriptors stops accepting, or ends.
/// </summary>
internal sealed record ConnectionLimits
{
    /// <summary>Connections at a time, sessions among them.</summary>
    public required int InAll { get; init; }

    /// <summary>Connections at a time on which nothing has been proved.</summary>
    public required int Unproved { get; init; }

    /// <summary>The same from one address; of IPv6 from one /64.</summary>
    public required int UnprovedPerSource { get; init; }

    /// <summary>Connections that may wait for their sockets to close, beyond <see cref="InAll"/>, before none is accepted for a moment.</summary>
    public int Closing { get; init; } = 16;

    /// <summary>Requests and streams at a time on connections on which nothing has been proved; health watches are such streams.</summary>
    public int Streams => 2 * Unproved;

    /// <summary>The same from one address.</summary>
    public int StreamsPerSource => 2 * UnprovedPerSource;

    /// <summary>
    /// Unproved connections of addresses that have never had a session. The rest is the reserve of those that had one: members come back
    /// while strangers take all they can get.
    /// </summary>
    public int Strangers => Unproved - (Unproved / 4);

    /// <summary>Sessions that are safe from being closed for others; the rest of the connections is for health checks and newcomers.</summary>
    public int Sessions => InAll - (Unproved / 4);

    /// <summary>How long an unproved connection may be without a request.</summary>
    public TimeSpan Idle { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long an unproved connection may go on with the stream it began last, such as a health watch.</summary>
    public TimeSpan Stream { get; init; } = TimeSpan.FromMinutes(10);

    // Measured: TLS buffers, pipes and HTTP/2 state of one connection with a stream, rounded up.
    private const long BytesPerConnection = 128 * 1024;

    // What agents behind one address need when all of them start at once, and what all addresses need.
    private const int MostPerSource = 1_500;
    private const int MostUnproved = 6_000;
    private const int Fewest = 32;

    /// <summary>Limits for a process.</summary>
    /// <param name="files">How many file descriptors it may have.</param>
    /// <param name="memory">How much memory it may have, in bytes.</param>
    public static ConnectionLimits For(long files, long memory)
    {
        // For the Kubernetes API, issuers, files and what libraries open.
        long reserve = Math.Clamp(files / 5, 64, 1_024);
        int all = (int)Math.Clamp(Math.Min(files - reserve, memory / 2 / BytesPerConnection), Fewest, 1_000_000);
        int unproved = Math.Min(MostUnproved, all / 2);
        return new ConnectionLimits
        {
            InAll = all,
            Unproved = unproved,
            UnprovedPerSource = Math.Min(MostPerSource, unproved / 4),
            Closing = (int)Math.Max(16, reserve / 4),
        };
    }

    /// <summary>Limits for this process.</summary>
    public static ConnectionLimits OfThisProcess() => For(Files(), GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);

    /// <summary>How many file descriptors this process may have.</summary>
    public static long Files() => File.Exists("/proc/self/limits") ? FilesIn(File.ReadLines("/proc/self/limits")) : 1_024;

    /// <summary>The same, from the lines of <c>/proc/self/limits</c>: name, soft limit, hard limit.</summary>
    public static long FilesIn(IEnumerable<string> lines)
    {
        const string Name = "Max open files";
        string? line = lines.FirstOrDefault(l => l.StartsWith(Name, StringComparison.Ordinal));
        string? soft = line?[Name.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault();
        return soft == "unlimited" ? int.MaxValue : long.TryParse(soft, CultureInfo.InvariantCulture, out long files) ? files : 1_024;
    }
}
