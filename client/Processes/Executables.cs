namespace Onboarding.Client.Processes;

/// <summary>Finds programs.</summary>
internal static class Executables
{
    private const UnixFileMode AnyExecute = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>The directories of <c>PATH</c>.</summary>
    public static string SearchPath => Environment.GetEnvironmentVariable("PATH") ?? "";

    /// <summary>The first program of that name on <c>PATH</c>, or null.</summary>
    public static string? Find(string name) => SearchPath
        .Split(':', StringSplitOptions.RemoveEmptyEntries)
        .Select(directory => System.IO.Path.Combine(directory, name))
        .FirstOrDefault(IsExecutable);

    /// <summary>True if there is a file that someone may execute.</summary>
    public static bool IsExecutable(string path) => File.Exists(path) && (File.GetUnixFileMode(path) & AnyExecute) != 0;
}
