using System.Collections.Concurrent;

namespace Onboarding.Cmdlets.Pipeline;

/// <summary>
/// What awaited code wants done on the thread of the pipeline, the only one on which PowerShell lets a cmdlet write. Used by one
/// stage of one cmdlet: made when its work starts, ended when it has ended.
/// </summary>
internal sealed class PipelineQueue
{
    private readonly BlockingCollection<Item> _items = [];
    private readonly int _thread = Environment.CurrentManagedThreadId;

    /// <summary>Does what is asked for until <paramref name="work"/> has ended, or until it was cancelled and didn't end in time.</summary>
    /// <param name="work">The awaited code; runs on other threads.</param>
    /// <param name="patience">How long cancelled work may take to clean up.</param>
    /// <param name="cancelled">Says that the user pressed Ctrl+C.</param>
    /// <returns>True if the work has ended.</returns>
    public bool RunUntil(Task work, TimeSpan patience, CancellationToken cancelled)
    {
        using var abandoned = new CancellationTokenSource();
        using CancellationTokenRegistration registration = cancelled.Register(() => abandoned.CancelAfter(patience));
        _ = work.ContinueWith(
            _ => _items.CompleteAdding(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        try
        {
            foreach (Item item in _items.GetConsumingEnumerable(abandoned.Token))
            {
                item.Run();
            }

            return true;
        }
        catch (OperationCanceledException) when (abandoned.IsCancellationRequested)
        {
            return false;
        }
        finally
        {
            // Anyone who still waits for an answer gets one: no one is left to give a better.
            _items.CompleteAdding();
            while (_items.TryTake(out Item? item))
            {
                item.Abandon();
            }
        }
    }

    /// <summary>Does it on the pipeline's thread and waits; what it throws there is thrown here.</summary>
    public T Invoke<T>(Func<T> function)
    {
        if (Environment.CurrentManagedThreadId == _thread)
        {
            return function();
        }

        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        void Run()
        {
            try
            {
                done.SetResult(function());
            }
            catch (Exception e)
            {
                // PowerShell's own way of stopping among them: the code that wrote is what has to end.
                done.SetException(e);
            }
        }

        return TryAdd(new Item(Run, () => done.SetCanceled()))
            ? done.Task.GetAwaiter().GetResult()
            : throw new OperationCanceledException("The cmdlet has ended.");
    }

    /// <summary>Has it done later and doesn't wait; for what may come from any thread at any time, such as log lines.</summary>
    public void Post(Action action) => TryAdd(new Item(action, () => { }));

    private bool TryAdd(Item item)
    {
        try
        {
            return !_items.IsAddingCompleted && _items.TryAdd(item);
        }
        catch (InvalidOperationException)
        {
            // Ended between the question and the answer.
            return false;
        }
    }

    private sealed record Item(Action Run, Action Abandon);
}
