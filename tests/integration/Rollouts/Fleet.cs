using System.Collections.Concurrent;
using Onboarding.Tests.Integration.Endpoint;

namespace Onboarding.Tests.Integration.Rollouts;

/// <summary>Agents that joined one plane, and how many of their sidecars are down at the same time.</summary>
internal sealed class Fleet : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly Queue<TaskCompletionSource> _starting = new();
    private int _down;

    public ConcurrentBag<FleetAgent> Agents { get; } = [];

    /// <summary>Most sidecars that were down at one time.</summary>
    public int MostDown { get; private set; }

    /// <summary>Sidecars that were started again, since the last time this was asked.</summary>
    public int Restarts { get; private set; }

    public async Task JoinAsync(TestPlane plane, int count, string directory)
    {
        await Parallel.ForEachAsync(
            Enumerable.Range(1, count),
            new ParallelOptions { MaxDegreeOfParallelism = 8 },
            async (number, _) => Agents.Add(await FleetAgent.JoinAsync(plane, this, number, directory)));
    }

    /// <summary>A sidecar goes down, and is up again when <see cref="LetStart"/> has been called.</summary>
    public Task RestartAsync()
    {
        lock (_lock)
        {
            Restarts++;
            _down++;
            MostDown = Math.Max(MostDown, _down);
            var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _starting.Enqueue(started);
            return started.Task;
        }
    }

    /// <summary>Every sidecar that is down now comes up.</summary>
    public void LetStart()
    {
        lock (_lock)
        {
            while (_starting.TryDequeue(out TaskCompletionSource? started))
            {
                _down--;
                started.SetResult();
            }
        }
    }

    /// <summary>Restarts since the last call, and the most at one time.</summary>
    public (int Restarts, int MostDown) Take()
    {
        lock (_lock)
        {
            (int, int) taken = (Restarts, MostDown);
            (Restarts, MostDown) = (0, 0);
            return taken;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (FleetAgent agent in Agents)
        {
            await agent.DisposeAsync();
        }
    }
}
