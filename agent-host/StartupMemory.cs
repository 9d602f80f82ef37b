using Onboarding.Client.Events;
using Onboarding.Client.Native;

namespace Onboarding.AgentHost;

/// <summary>
/// Gives back what joining took, and the first peer of a socket. Keys, TLS and a server's start need memory that a session, which mostly
/// waits, doesn't; an agent that allocates little would otherwise keep it until a collection that may be days away.
/// </summary>
internal sealed class StartupMemory : IProgress<OnboardingStep>, IDisposable
{
    /// <summary>How long it waits after the last of a series of steps.</summary>
    public static readonly TimeSpan Quiet = TimeSpan.FromSeconds(5);

    private readonly ITimer _timer;

    public StartupMemory(TimeProvider time, Action? release = null) =>
        _timer = time.CreateTimer(_ => (release ?? Release)(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    public void Report(OnboardingStep value)
    {
        if (value.Phase is OnboardingPhase.Connected or OnboardingPhase.BootConfigurationWritten or OnboardingPhase.SidecarReady)
        {
            Settle();
        }
    }

    /// <summary>Something was started that stays.</summary>
    public void Settle() => _timer.Change(Quiet, Timeout.InfiniteTimeSpan);

    public void Dispose() => _timer.Dispose();

    private static void Release()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        try
        {
            _ = LibC.TrimHeap(0);
        }
        catch (EntryPointNotFoundException)
        {
            // Another C library than glibc; it has no heap that grows and stays.
        }
    }
}
