using Onboarding.Api;

namespace Onboarding.Client.Processes;

/// <summary>Reads what a program prints, but only so much: a program that prints forever must not fill the agent's memory.</summary>
internal static class BoundedReader
{
    // For what the program itself printed last and is still on its way.
    private static readonly TimeSpan AfterExit = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Waits for the end of what a program that has ended printed, but no longer than a second: a child that it left behind may hold
    /// its output open for ever.
    /// </summary>
    /// <param name="reading">Reads it until <paramref name="enough"/> is cancelled.</param>
    /// <param name="enough">Ends the reading; what was read so far is the answer.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public static async Task FinishAsync(Task reading, CancellationTokenSource enough, TimeProvider time, CancellationToken cancellationToken)
    {
        try
        {
            await reading.WaitAsync(AfterExit, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            await enough.CancelAsync();
            await reading;
        }
    }

    /// <summary>Reads to the end, or until told that it is enough.</summary>
    /// <returns>The bytes, or null if there are more than allowed.</returns>
    public static async Task<byte[]?> ReadToEndAsync(Stream stream, int limit, CancellationToken cancellationToken, CancellationToken enough = default)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, enough);
        using var content = new MemoryStream();
        byte[] buffer = new byte[16 * 1024];
        int read;
        while ((read = await NextAsync(stream.ReadAsync(buffer, either.Token), cancellationToken)) > 0)
        {
            if (content.Length + read > limit)
            {
                return null;
            }

            content.Write(buffer, 0, read);
        }

        return content.ToArray();
    }

    private static async ValueTask<int> NextAsync(ValueTask<int> read, CancellationToken cancellationToken)
    {
        try
        {
            return await read;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return 0;
        }
    }

    /// <summary>Reads to the end, or until told that it is enough, hands on printable lines up to the limit and drops the rest.</summary>
    public static async Task ReadLinesAsync(
        TextReader reader, int limit, Action<string> line, CancellationToken cancellationToken, CancellationToken enough = default)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, enough);
        const int longestLine = 2048;
        char[] buffer = new char[4096];
        var current = new System.Text.StringBuilder();
        int handedOn = 0;
        int read;
        while ((read = await NextAsync(reader.ReadAsync(buffer.AsMemory(), either.Token), cancellationToken)) > 0)
        {
            foreach (char c in buffer.AsSpan(0, read))
            {
                if (c == '\n')
                {
                    HandOn();
                }
                else if (current.Length < longestLine)
                {
                    // Escape sequences in a log are instructions to the terminal of anyone who reads it.
                    current.Append(ForeignText.IsInstruction(c) && c != '\t' ? ForeignText.Replacement : c);
                }
            }
        }

        HandOn();

        void HandOn()
        {
            if (current.Length > 0 && handedOn < limit)
            {
                handedOn += current.Length;
                line(current.ToString());
            }

            current.Clear();
        }
    }
}
