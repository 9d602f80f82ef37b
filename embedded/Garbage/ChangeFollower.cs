using Onboarding.Embedded.Errors;
using Onboarding.Embedded.Storage;

namespace Onboarding.Embedded.Garbage;

/// <summary>
/// A controller: sees every object once, then every change in order, in one loop. What fails is tried again; what it misses, because
/// it fell behind, it gets by starting over.
/// </summary>
internal abstract partial class ChangeFollower(ObjectStore store, TimeProvider time, ILogger logger) : IAsyncDisposable
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _stop = new();
    private Task _loop = Task.CompletedTask;

    public void Start() => _loop = Task.Run(RunAsync);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _loop;
        _stop.Dispose();
    }

    /// <summary>Forgets everything; all objects come again.</summary>
    protected abstract void Reset();

    /// <summary>Takes notice of a change.</summary>
    protected abstract void Observe(Change change);

    /// <summary>Does what follows from the changes observed so far.</summary>
    protected abstract Task ActAsync();

    private async Task RunAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await FollowAsync();
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                return;
            }
            catch (ObjectDisposedException)
            {
                // The store is closed; the server stops.
                return;
            }
#pragma warning disable CA1031 // A controller that dies leaves a cluster that looks alive.
            catch (Exception failure)
#pragma warning restore CA1031
            {
                LogFailure(GetType().Name, failure);
                await Task.Delay(RetryAfter, time, _stop.Token).ContinueWith(_ => { }, TaskScheduler.Default);
            }
        }
    }

    private async Task FollowAsync()
    {
        using WatchSubscription subscription = store.Hub.Subscribe(resource: null);
        Reset();
        foreach (StoredObject value in store.Everything())
        {
            Observe(new Change(value, null));
        }

        await ActAsync();
        while (await subscription.WaitAsync(_stop.Token))
        {
            while (subscription.TryRead(out Change? change))
            {
                Observe(change);
            }

            await ActAsync();
        }

        if (store.Hub.IsClosed)
        {
            await _stop.CancelAsync();
        }
    }

    /// <summary>Runs a write whose object may be gone or changed meanwhile; then another change will come and tell.</summary>
    protected static async Task TolerantAsync(Func<Task> write)
    {
        try
        {
            await write();
        }
        catch (ApiException raced) when (raced.Code is 404 or 409)
        {
            // Its deletion or change is on the way to this loop.
        }
    }

    [LoggerMessage(3010, LogLevel.Error, "{Controller} failed; it starts over", EventName = "ControllerFailed")]
    private partial void LogFailure(string controller, Exception failure);
}
