namespace Onboarding.Client.Processes;

/// <summary>Reads what a program prints, but only so much: a program that prints forever must not fill the agent's memory.</summary>
internal static class BoundedReader
{
    /// <summary>Reads to the end.</summary>
    /// <returns>The bytes, or null if there are more than allowed.</returns>
    public static async Task<byte[]?> ReadToEndAsync(Stream stream, int limit, CancellationToken cancellationToken)
    {
        using var content = new MemoryStream();
        byte[] buffer = new byte[16 * 1024];
        int read;
        while ((read = await stream.ReadAsync(buffer, cancellationToken)) > 0)
        {
            if (content.Length + read > limit)
            {
                return null;
            }

            content.Write(buffer, 0, read);
        }

        return content.ToArray();
    }

    /// <summary>Reads to the end, hands on printable lines up to the limit and drops the rest.</summary>
    public static async Task ReadLinesAsync(TextReader reader, int limit, Action<string> line, CancellationToken cancellationToken)
    {
        const int longestLine = 2048;
        char[] buffer = new char[4096];
        var current = new System.Text.StringBuilder();
        int handedOn = 0;
        int read;
        while ((read = await reader.ReadAsync(buffer, cancellationToken)) > 0)
        {
            foreach (char c in buffer.AsSpan(0, read))
            {
                if (c == '\n')
                {
                    HandOn();
                }
                else if (current.Length < longestLine)
                {
                    // Escape sequences in a log are instructions to the terminal of whoever reads it.
                    current.Append(char.IsControl(c) && c != '\t' ? '\uFFFD' : c);
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
