using Microsoft.Extensions.Logging;
using Onboarding.Api.Meta;
using Onboarding.Kubernetes.Informers;
using Onboarding.Kubernetes.Watch;

namespace Onboarding.Kubernetes;

/// <summary>
/// Keeps a copy of a kind's objects that follows the server: list, then watch, and list again whenever the watch can't be
/// resumed. What was missed in between appears as the difference, deletions included. Failures never end it. Ours, because the
/// package has no informer.
/// </summary>
/// <typeparam name="T">The kind.</typeparam>
public sealed partial class ResourceInformer<T>
    where T : class, IKubernetesObject<T>
{
    private readonly KubernetesClient _client;
    private readonly string? _namespace;
    private readonly ListOptions _options;
    private readonly ILogger _logger;
    private readonly ResourceStore<T> _store = new();
    private readonly TaskCompletionSource _synced = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly OwnWrites _own = new();
    private int _running;

    /// <summary>Makes an informer; <see cref="RunAsync"/> starts it.</summary>
    /// <param name="client">The server.</param>
    /// <param name="namespace">Namespace of the objects; null for all, and for cluster-scoped kinds.</param>
    /// <param name="options">Which objects; only the selectors count.</param>
    public ResourceInformer(KubernetesClient client, string? @namespace = null, ListOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(client);
        _client = client;
        _namespace = @namespace;
        _options = new ListOptions { LabelSelector = options?.LabelSelector, FieldSelector = options?.FieldSelector };
        _logger = client.Options.LoggerFactory.CreateLogger("Onboarding.Kubernetes.ResourceInformer");
        if (_options is { LabelSelector: null, FieldSelector: null })
        {
            client.Wrote += (kind, written) =>
            {
                if (kind == T.Definition && (_namespace is null || written.Namespace == _namespace))
                {
                    _own.Wrote(written.ResourceVersion);
                }
            };
        }
    }

    /// <summary>
    /// What this process has already of an object at a version, as the answer to a write of its own; null if it has nothing. Saves reading
    /// the object a second time, and keeping it twice. By namespace, name and version.
    /// </summary>
    public Func<string?, string, string, T?>? Known { get; set; }

    /// <summary>
    /// Every change of the store, one after the other, after the store has changed. Subscribe before <see cref="RunAsync"/> to see
    /// every object added. A handler holds the informer up, and one that throws is logged and gets the next change all the same.
    /// </summary>
    public event Action<ResourceEvent<T>>? Changed;

    /// <summary>
    /// True when the informer follows the server, false when it has lost it and its copy may be old. Who measures time since
    /// something was seen (grace periods) starts over after a loss.
    /// </summary>
    public event Action<bool>? ConnectionChanged;

    /// <summary>Complete once the copy is whole for the first time; cancelled if <see cref="RunAsync"/> ends before.</summary>
    public Task HasSynced => _synced.Task;

    /// <summary>True while the copy follows the server.</summary>
    public bool IsConnected { get; private set; }

    /// <summary>
    /// True while the copy doesn't show what its own client wrote last: who judges by it would do the same thing twice. Always false for an
    /// informer with selectors, which may never be shown what was written.
    /// </summary>
    public bool IsBehindOwnWrites => _own.IsBehind;

    /// <summary>Why the informer can't follow the server just now; null if it can.</summary>
    public Exception? LastError { get; private set; }

    /// <summary>The object of that name; null if there is none.</summary>
    /// <param name="namespace">Its namespace; null for cluster-scoped kinds.</param>
    /// <param name="name">Its name.</param>
    public T? Get(string? @namespace, string name) => _store.Get(new NamespacedName(@namespace, name));

    /// <summary>All objects, as of now.</summary>
    public IReadOnlyCollection<T> List() => _store.List();

    /// <summary>Adds a way to find objects.</summary>
    /// <param name="keys">Keys under which an object is to be found; must depend on the object alone.</param>
    public InformerIndex<T> AddIndex(Func<T, IEnumerable<string>> keys)
    {
        ArgumentNullException.ThrowIfNull(keys);
        return _store.AddIndex(keys);
    }

    /// <summary>Follows the server until it is told to stop, then returns.</summary>
    /// <param name="cancellationToken">Tells it to stop.</param>
    /// <exception cref="InvalidOperationException">It runs already, or has run.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _running, 1) == 1)
        {
            throw new InvalidOperationException("An informer runs once.");
        }

        try
        {
            var backoff = new WatchBackoff(_client.Options);
            while (true)
            {
                TimeSpan? wait = null;
                try
                {
                    await FollowAsync(backoff, cancellationToken);
                }
                catch (KubernetesException e) when (e.IsExpired)
                {
                    LogExpired(_logger, T.Definition.Plural);
                }
                catch (Exception e) when (!cancellationToken.IsCancellationRequested)
                {
                    LastError = e;
                    LogFailed(_logger, T.Definition.Plural, e.Message);
                    wait = (e as KubernetesException)?.RetryAfter;
                }

                Connected(false);
                await backoff.WaitAsync(wait, cancellationToken);
            }
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            // Told to stop; what else went wrong at that moment is no one's business any more.
            Connected(false);
            _synced.TrySetCanceled(cancellationToken);
        }
    }

    private async Task FollowAsync(WatchBackoff backoff, CancellationToken cancellationToken)
    {
        KubernetesList<T> list = await _client.ListAsync<T>(_namespace, _options, cancellationToken);
        IReadOnlyList<ResourceEvent<T>> changes = _store.Replace(list.Items);
        LogListed(_logger, list.Items.Count, T.Definition.Plural, list.ResourceVersion, changes.Count);
        _own.Seen(list.ResourceVersion);
        Publish(changes);
        _synced.TrySetResult();

        var options = new WatchOptions { LabelSelector = _options.LabelSelector, FieldSelector = _options.FieldSelector };
        await using WatchSession<T> session = _client.OpenWatch<T>(_namespace, options, list.ResourceVersion, Connected, (ns, name, version) => Known?.Invoke(ns, name, version));
        while (true)
        {
            WatchEvent<T> next = await session.NextAsync(cancellationToken);
            backoff.Succeeded();
            if (next.Resource is not null)
            {
                IReadOnlyList<ResourceEvent<T>> change = _store.Apply(next.Type, next.Resource);
                _own.Seen(next.ResourceVersion);
                Publish(change);
            }
            else
            {
                _own.Seen(next.ResourceVersion);
            }
        }
    }

    private void Connected(bool connected)
    {
        if (IsConnected == connected)
        {
            return;
        }

        IsConnected = connected;
        LastError = connected ? null : LastError;
        ConnectionChanged?.Invoke(connected);
    }

    private void Publish(IReadOnlyList<ResourceEvent<T>> changes)
    {
        foreach (ResourceEvent<T> change in changes)
        {
            foreach (Action<ResourceEvent<T>> handler in Delegate.EnumerateInvocationList(Changed))
            {
                try
                {
                    handler(change);
                }
#pragma warning disable CA1031 // whatever a handler throws, the others and the store must not miss a change
                catch (Exception e)
#pragma warning restore CA1031
                {
                    LogHandler(_logger, e, T.Definition.Kind, NamespacedName.FromObject(change.Resource));
                }
            }
        }
    }

    [LoggerMessage(2020, LogLevel.Debug, "Listed {Count} {Resource} at {ResourceVersion}: {Changes} changes.")]
    private static partial void LogListed(ILogger logger, int count, string resource, string resourceVersion, int changes);

    [LoggerMessage(2021, LogLevel.Information, "The server no longer knows where the watch of {Resource} stood; listing again.")]
    private static partial void LogExpired(ILogger logger, string resource);

    [LoggerMessage(2022, LogLevel.Warning, "Can't follow {Resource}: {Reason} Trying again.")]
    private static partial void LogFailed(ILogger logger, string resource, string reason);

    [LoggerMessage(2023, LogLevel.Error, "A handler failed on the change of {Kind} {Name}; it gets the next change all the same.")]
    private static partial void LogHandler(ILogger logger, Exception exception, string kind, NamespacedName name);
}

/// <summary>One change of an informer's store.</summary>
/// <typeparam name="T">The kind.</typeparam>
/// <param name="Type">Added, modified or deleted.</param>
/// <param name="Resource">The object after the change; a deleted one as it was last known.</param>
/// <param name="Previous">The object before the change; null for an added one.</param>
public sealed record ResourceEvent<T>(WatchEventType Type, T Resource, T? Previous)
    where T : class, IKubernetesObject<T>;
