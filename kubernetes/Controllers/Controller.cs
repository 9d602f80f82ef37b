using Microsoft.Extensions.Logging;
using Onboarding.Api.Meta;

namespace Onboarding.Kubernetes;

/// <summary>Calls a reconciler for the keys that changes of informers name, and again for those that failed.</summary>
/// <typeparam name="TKey">What identifies a piece of work.</typeparam>
public sealed partial class Controller<TKey> : IDisposable
    where TKey : notnull
{
    private readonly string _name;
    private readonly IReconciler<TKey> _reconciler;
    private readonly WorkQueue<TKey> _queue;
    private readonly ILogger _logger;
    private readonly List<Task> _synced = [];

    /// <summary>Makes a controller; <see cref="RunAsync"/> starts it.</summary>
    /// <param name="name">For the log.</param>
    /// <param name="reconciler">What it calls.</param>
    /// <param name="loggerFactory">Where to log.</param>
    /// <param name="options">How fast failed keys come back.</param>
    public Controller(string name, IReconciler<TKey> reconciler, ILoggerFactory loggerFactory, WorkQueueOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(reconciler);
        _name = name;
        _reconciler = reconciler;
        _queue = new WorkQueue<TKey>(options);
        _logger = loggerFactory.CreateLogger("Onboarding.Kubernetes.Controller");
    }

    /// <summary>Has every change of an informer's objects reconciled. Before <see cref="RunAsync"/>, and before the informer runs.</summary>
    /// <typeparam name="T">The kind.</typeparam>
    /// <param name="informer">The informer.</param>
    /// <param name="keys">What an object, as it is or as it was, has to do with.</param>
    public void Follow<T>(ResourceInformer<T> informer, Func<T, IEnumerable<TKey>> keys)
        where T : class, IKubernetesObject<T>
    {
        ArgumentNullException.ThrowIfNull(informer);
        ArgumentNullException.ThrowIfNull(keys);
        _synced.Add(informer.HasSynced);
        informer.Changed += change =>
        {
            // An object that moved from one key to another concerns both.
            foreach (TKey key in keys(change.Resource).Concat(change.Previous is { } previous ? keys(previous) : []))
            {
                _queue.Add(key);
            }
        };
    }

    /// <summary>Has a key reconciled.</summary>
    /// <param name="key">The key.</param>
    public void Enqueue(TKey key) => _queue.Add(key);

    /// <summary>Reconciles until it is told to stop, then returns. Starts when every informer it follows knows its objects.</summary>
    /// <param name="workers">Keys worked on at once.</param>
    /// <param name="cancellationToken">Tells it to stop.</param>
    public async Task RunAsync(int workers, CancellationToken cancellationToken)
    {
        try
        {
            // With half of the objects known, a reconciler would take the other half for deleted.
            await Task.WhenAll(_synced).WaitAsync(cancellationToken);
            await Task.WhenAll(Enumerable.Range(0, workers).Select(_ => WorkAsync(cancellationToken)));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Told to stop.
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _queue.Dispose();

    private async Task WorkAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            TKey key = await _queue.TakeAsync(cancellationToken);
            try
            {
                TimeSpan? again = await _reconciler.ReconcileAsync(key, cancellationToken);
                _queue.Forget(key);
                if (again is not null)
                {
                    _queue.AddAfter(key, again.Value);
                }
            }
#pragma warning disable CA1031 // one key that can't be reconciled must not stop the others
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                _queue.AddRateLimited(key);
                LogFailed(_logger, _name, key, _queue.Failures(key), e.Message);
            }
            finally
            {
                _queue.Done(key);
            }
        }
    }

    [LoggerMessage(2030, LogLevel.Warning, "{Controller}: {Key} failed for the {Count}. time: {Reason} Trying again.")]
    private static partial void LogFailed(ILogger logger, string controller, TKey key, int count, string reason);
}
