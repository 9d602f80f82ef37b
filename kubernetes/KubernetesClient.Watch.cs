using System.Runtime.CompilerServices;
using Onboarding.Api.Meta;
using Onboarding.Kubernetes.Transport;
using Onboarding.Kubernetes.Watch;

namespace Onboarding.Kubernetes;

public sealed partial class KubernetesClient
{
    /// <summary>
    /// Watches objects, for ever: broken connections, restarts of the server and silence are overcome without losing or
    /// repeating an event. Ends with reason <c>Expired</c> (410) if the server has forgotten where the watch stood: what happened
    /// since is then only to be had by listing again, which an informer does.
    /// </summary>
    /// <typeparam name="T">Their kind.</typeparam>
    /// <param name="namespace">Their namespace; null for all namespaces, and for cluster-scoped kinds.</param>
    /// <param name="options">Which, and from where.</param>
    /// <param name="cancellationToken">Ends the watch, by <see cref="OperationCanceledException"/>.</param>
    public async IAsyncEnumerable<WatchEvent<T>> WatchAsync<T>(
        string? @namespace, WatchOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
        where T : class, IKubernetesObject<T>
    {
        options ??= new WatchOptions();
        string? version = options.ResourceVersion;
        if (version is null)
        {
            // A watch without a version reports what exists in no particular order, and can't be resumed before it is through.
            var existing = new ListOptions { LabelSelector = options.LabelSelector, FieldSelector = options.FieldSelector };
            KubernetesList<T> list = await ListAsync<T>(@namespace, existing, cancellationToken);
            foreach (T item in list.Items)
            {
                yield return new WatchEvent<T>(WatchEventType.Added, item.Metadata.ResourceVersion ?? "", item);
            }

            version = list.ResourceVersion;
        }

        await using WatchSession<T> session = OpenWatch<T>(@namespace, options, version, null);
        while (true)
        {
            WatchEvent<T> next = await session.NextAsync(cancellationToken);
            if (next.Type != WatchEventType.Bookmark || options.ReportBookmarks)
            {
                yield return next;
            }
        }
    }

    internal WatchSession<T> OpenWatch<T>(string? @namespace, WatchOptions options, string version, Action<bool>? connectionChanged, Func<string?, string, string, T?>? known = null)
        where T : class, IKubernetesObject<T>
    {
        var query = new List<KeyValuePair<string, string>>();
        AddTo(query, "labelSelector", options.LabelSelector);
        AddTo(query, "fieldSelector", options.FieldSelector);
        ApiRequest request = Get(ResourcePath.Collection(T.Definition, @namespace)) with { Query = query };
        return new WatchSession<T>(_connection, Options, _logger, request, version) { ConnectionChanged = connectionChanged, Known = known };
    }
}
