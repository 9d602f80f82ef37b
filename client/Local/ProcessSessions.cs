namespace Onboarding.Client.Local;

/// <summary>
/// The sessions this process owns, by state directory. One list for the process, not one per runspace: a session started in one
/// is the machine's in all.
/// </summary>
internal static class ProcessSessions
{
    /// <summary>What this process is, told to anyone else who wants the state directory.</summary>
    public const string OwnerKind = "PowerShell";

    private static readonly Lock Gate = new();
    private static readonly Dictionary<string, OnboardingAgent> Sessions = new(StringComparer.Ordinal);

    /// <summary>The session of a state directory; null if this process has none.</summary>
    public static OnboardingAgent? Find(string stateDirectory)
    {
        lock (Gate)
        {
            return Sessions.GetValueOrDefault(Key(stateDirectory));
        }
    }

    /// <summary>All of them.</summary>
    public static IReadOnlyList<KeyValuePair<string, OnboardingAgent>> All()
    {
        lock (Gate)
        {
            return [.. Sessions];
        }
    }

    /// <summary>Keeps one.</summary>
    public static void Add(string stateDirectory, OnboardingAgent session)
    {
        lock (Gate)
        {
            Sessions[Key(stateDirectory)] = session;
        }
    }

    /// <summary>Lets go of one: its state directory is free after that.</summary>
    public static async Task RemoveAsync(string stateDirectory)
    {
        OnboardingAgent? session;
        lock (Gate)
        {
            Sessions.Remove(Key(stateDirectory), out session);
        }

        if (session is not null)
        {
            await session.DisposeAsync();
        }
    }

    private static string Key(string stateDirectory) => Path.TrimEndingDirectorySeparator(Path.GetFullPath(stateDirectory));
}
