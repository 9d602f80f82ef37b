using System.Threading.Channels;

namespace Onboarding.Client.Flow;

/// <summary>
/// Does one piece of work after the other, in the order in which they were given. Anyone who gives one needn't wait for it, and none is lost
/// sight of: the worker waits for each.
/// </summary>
internal sealed class WorkQueue : IAsyncDisposable
{
    private readonly Channel<Func<Task>> _waiting =
        System.Threading.Channels.Channel.CreateUnbounded<Func<Task>>(new UnboundedChannelOptions { SingleReader = true });

    private readonly CancellationTokenSource _closing = new();
    private readonly Task _worker;

    /// <summary>Makes one; its worker waits.</summary>
    public WorkQueue() => _worker = Task.Run(WorkAsync);

    /// <summary>Adds work that tells of its failures itself.</summary>
    public void Post(Func<Task> work) => _waiting.Writer.TryWrite(() => _closing.IsCancellationRequested ? Task.CompletedTask : work());

    /// <summary>Adds work, and waits until it is done.</summary>
    /// <exception cref="OperationCanceledException">It wasn't begun before the queue was closed.</exception>
    public Task<T> RunAsync<T>(Func<Task<T>> work)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        async Task DoAsync()
        {
            try
            {
                _closing.Token.ThrowIfCancellationRequested();
                done.SetResult(await work());
            }
            catch (OperationCanceledException)
            {
                done.SetCanceled(CancellationToken.None);
            }
            catch (Exception e)
            {
                done.SetException(e);
            }
        }

        if (!_waiting.Writer.TryWrite(DoAsync))
        {
            done.SetCanceled(CancellationToken.None);
        }

        return done.Task;
    }

    /// <summary>Adds work, and waits until it is done.</summary>
    /// <exception cref="OperationCanceledException">It wasn't begun before the queue was closed.</exception>
    public Task RunAsync(Func<Task> work) => RunAsync(async () =>
    {
        await work();
        return true;
    });

    /// <summary>Begins nothing any more; what is under way goes on.</summary>
    public void Close()
    {
        _closing.Cancel();
        _waiting.Writer.TryComplete();
    }

    /// <summary>Waits for what is under way; what has not begun is dropped.</summary>
    public async ValueTask DisposeAsync()
    {
        Close();
        await _worker;
        _closing.Dispose();
    }

    private async Task WorkAsync()
    {
        await foreach (Func<Task> work in _waiting.Reader.ReadAllAsync())
        {
            await work();
        }
    }
}
