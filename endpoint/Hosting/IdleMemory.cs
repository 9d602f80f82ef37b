using System.Runtime;

namespace Onboarding.Endpoint.Hosting;

/// <summary>
/// Gives memory back once it is quiet. A fleet that boots leaves behind what its joins needed, and sessions then do so little that nothing would ask
/// for a collection for hours: an endpoint with 3,000 idle sessions held 100 MB of that.
/// </summary>
/// <param name="heap">The process's heap.</param>
/// <param name="time">The clock.</param>
internal sealed class IdleMemory(IHeap heap, TimeProvider time)
{
    /// <summary>How often it looks.</summary>
    public static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1.5);

    /// <summary>A full collection stops all calls for some tenths of a second: never sooner after the last one.</summary>
    public static readonly TimeSpan Rest = TimeSpan.FromMinutes(1);

    /// <summary>It is quiet if less was allocated since the last look.</summary>
    public const long Quiet = 4 << 20;

    // What isn't worth a collection.
    private const long Little = 8 << 20;

    private long _allocated;
    private long _left;
    private long? _collectedAt;

    /// <summary>Looks until told to stop.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(LookEvery, time);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            Look();
        }
    }

    /// <summary>Collects if it is quiet, and there is something to collect.</summary>
    public void Look()
    {
        long allocated = heap.Allocated;
        bool isQuiet = allocated - _allocated < Quiet;
        _allocated = allocated;
        long used = heap.Used;
        if (!isQuiet
            || used - _left < Math.Max(Little, _left / 8)
            || (_collectedAt is { } last && time.GetElapsedTime(last) < Rest))
        {
            return;
        }

        heap.Collect();
        _left = heap.Used;
        _collectedAt = time.GetTimestamp();
    }
}

/// <summary>A heap whose memory is managed.</summary>
internal interface IHeap
{
    /// <summary>What was ever allocated, in bytes.</summary>
    long Allocated { get; }

    /// <summary>What the heap holds, in use or not, in bytes.</summary>
    long Used { get; }

    /// <summary>Collects all of it, and gives back what is free.</summary>
    void Collect();
}

/// <summary>That of this process.</summary>
internal sealed class ProcessHeap : IHeap
{
    public long Allocated => GC.GetTotalAllocatedBytes();

    public long Used => GC.GetTotalMemory(forceFullCollection: false);

    public void Collect()
    {
        GCSettings.LargeObjectHeapCompactionMode = GCLargeObjectHeapCompactionMode.CompactOnce;
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
    }
}
