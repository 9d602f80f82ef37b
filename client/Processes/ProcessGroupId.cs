using System.Globalization;

namespace Onboarding.Client.Processes;

/// <summary>The group whose id a process's sockets carry.</summary>
internal static class ProcessGroupId
{
    /// <summary>The file-system group of a process; null if it doesn't run.</summary>
    /// <param name="processId">The process.</param>
    public static uint? Find(int processId)
    {
        try
        {
            // Real, effective, saved and file-system id; iptables compares the last.
            string[]? fields = File.ReadLines(string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}/status"))
                .FirstOrDefault(line => line.StartsWith("Gid:", StringComparison.Ordinal))?.Split('\t');
            return fields is { Length: 5 } && uint.TryParse(fields[4], CultureInfo.InvariantCulture, out uint id) ? id : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
