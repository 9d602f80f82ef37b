using System.Globalization;

namespace Onboarding.Client.Sidecar;

/// <summary>One run of one process: process ids are used again, ids with start times aren't.</summary>
/// <param name="ProcessId">The process id.</param>
/// <param name="StartTime">When it started, in clock ticks since boot, as <c>/proc</c> tells it.</param>
internal sealed record ProcessIdentity(int ProcessId, long StartTime)
{
    private const int StartTimeField = 22;
    private const int StateField = 3;
    private const int ParentField = 4;

    /// <summary>Its parent, when it was looked up.</summary>
    public int ParentId { get; private init; }

    /// <summary>True if that very process still runs.</summary>
    public bool IsAlive => Find(ProcessId)?.StartTime == StartTime;

    /// <summary>Looks a process up; null if it doesn't run (any more).</summary>
    public static ProcessIdentity? Find(int processId)
    {
        try
        {
            string stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}/stat"));
            // The second field is the program's name in parentheses, and may hold spaces and parentheses itself.
            string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return fields[StateField - 3] is "Z" or "X"
                ? null
                : new ProcessIdentity(processId, long.Parse(fields[StartTimeField - 3], CultureInfo.InvariantCulture))
                {
                    ParentId = int.Parse(fields[ParentField - 3], CultureInfo.InvariantCulture),
                };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
