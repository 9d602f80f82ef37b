namespace Onboarding.Client.Native;

/// <summary>Signals to other processes; the only place that calls <c>kill(2)</c>.</summary>
internal static class Signals
{
    public const int Terminate = 15;
    public const int Interrupt = 2;
    public const int Kill = 9;

    /// <summary>Sends a signal to one process.</summary>
    /// <returns>False if there is no such process any more.</returns>
    public static bool Send(int processId, int signal)
    {
        // 0, -1 and 1 mean "my group", "everybody" and init: never what is meant here, and fatal by accident.
        ArgumentOutOfRangeException.ThrowIfLessThan(processId, 2);
        return LibC.Kill(processId, signal) == 0;
    }

    /// <summary>Sends a signal to every process of a group.</summary>
    /// <returns>False if there is no such group (any more).</returns>
    public static bool SendToGroup(int groupId, int signal)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(groupId, 2);
        return LibC.Kill(-groupId, signal) == 0;
    }
}
