namespace Onboarding.AgentHost.Logging;

/// <summary>Whether standard error is systemd's journal, which takes a line's level from its beginning (sd-daemon(3)).</summary>
internal static class JournalStream
{
    private const string StandardError = "/proc/self/fd/2";

    /// <summary>True if it is.</summary>
    public static bool IsStandardError => Names(Environment.GetEnvironmentVariable("JOURNAL_STREAM"), new FileInfo(StandardError).LinkTarget);

    /// <summary>True if the variable names the socket: it is inherited by programs whose output went elsewhere since.</summary>
    /// <param name="variable">The variable: device and inode.</param>
    /// <param name="stream">What the descriptor leads to: <c>socket:[inode]</c>.</param>
    public static bool Names(string? variable, string? stream) =>
        variable?.Split(':') is [_, { Length: > 0 } inode] && stream == $"socket:[{inode}]";
}
