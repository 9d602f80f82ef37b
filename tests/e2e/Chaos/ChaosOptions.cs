using System.Globalization;

namespace Onboarding.Tests.E2E.Chaos;

/// <summary>How much chaos: what CI runs in half a minute by default, and by variables as much as anyone has time for.</summary>
internal sealed record ChaosOptions
{
    /// <summary>How many agents there are, connected or not.</summary>
    public int Agents { get; init; } = Number("ONBOARDING_CHAOS_AGENTS", 12);

    /// <summary>How many of them are processes of their own.</summary>
    public int Processes { get; init; } = Number("ONBOARDING_CHAOS_PROCESSES", 1);

    /// <summary>How many endpoints and operators are killed, one after the other.</summary>
    public int Kills { get; init; } = Number("ONBOARDING_CHAOS_KILLS", 10);

    /// <summary>Time between two kills.</summary>
    public TimeSpan Pause { get; init; } = TimeSpan.FromMilliseconds(Number("ONBOARDING_CHAOS_PAUSE_MS", 1000));

    /// <summary>
    /// True if machines crash for good while endpoints are killed: one that both crashes and loses its endpoint is removed after 30 s, when that
    /// endpoint's Lease has run out. In the short form one crashes before the first kill, and all others come back.
    /// </summary>
    public bool CrashesLast => Agents >= 50;

    /// <summary>What everything random is drawn from: the same seed makes the same decisions, though not at the same moments.</summary>
    public int Seed { get; init; } = Number("ONBOARDING_CHAOS_SEED", Environment.TickCount & 0xFFFFF);

    private static int Number(string variable, int byDefault) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out int value) ? value : byDefault;
}
