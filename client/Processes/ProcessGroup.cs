using System.ComponentModel;
using System.Diagnostics;
using Onboarding.Client.Native;

namespace Onboarding.Client.Processes;

/// <summary>
/// A program in a session of its own: Ctrl+C in a terminal doesn't reach it, and everything it starts can be killed with it.
/// </summary>
internal sealed class ProcessGroup : IDisposable
{
    private readonly bool _ownGroup;

    private ProcessGroup(Process process, bool ownGroup)
    {
        Process = process;
        _ownGroup = ownGroup;
    }

    public Process Process { get; }

    /// <summary>Starts it.</summary>
    /// <param name="launch">What.</param>
    /// <param name="redirect">True to talk to it through pipes; false to let it inherit the agent's streams.</param>
    /// <exception cref="Win32Exception">It can't be executed.</exception>
    public static ProcessGroup Start(Launch launch, bool redirect)
    {
        // setsid(1) makes the session and becomes the program: same process id, which then is the group's too. .NET can't
        // do it, and from here it is too late once the program runs.
        string? sessionMaker = Executables.Find("setsid");
        var info = new ProcessStartInfo(sessionMaker ?? launch.Path)
        {
            RedirectStandardInput = redirect,
            RedirectStandardOutput = redirect,
            RedirectStandardError = redirect,
            UseShellExecute = false,
            WorkingDirectory = launch.WorkingDirectory ?? "",
        };
        if (sessionMaker is not null)
        {
            info.ArgumentList.Add(launch.Path);
        }

        foreach (string argument in launch.Arguments)
        {
            info.ArgumentList.Add(argument);
        }

        foreach ((string name, string value) in launch.Environment)
        {
            info.Environment[name] = value;
        }

        return new ProcessGroup(Process.Start(info)!, sessionMaker is not null);
    }

    /// <summary>Ends the program and all it started, at once.</summary>
    public void Kill()
    {
        // Before setsid(1) has done its work there is no such group yet; then the process is alone.
        if (_ownGroup && Signals.SendToGroup(Process.Id, Signals.Kill))
        {
            return;
        }

        try
        {
            Process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It has ended by itself.
        }
    }

    public void Dispose() => Process.Dispose();
}

/// <summary>Which program to start, and how.</summary>
/// <param name="Path">The executable, absolute.</param>
internal sealed record Launch(string Path)
{
    /// <summary>Arguments.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>Variables added to the agent's own environment.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Working directory; null for the agent's.</summary>
    public string? WorkingDirectory { get; init; }
}
