using System.Globalization;
using System.Text.Json.Nodes;
using Onboarding.Api.Meta;
using Onboarding.Kubernetes.Transport;

namespace Onboarding.Kubernetes;

public sealed partial class KubernetesClient
{
    // Restarts of a list whose continue token expired, before it is asked for in one piece.
    private const int ListRestarts = 3;

    /// <summary>Reads an object.</summary>
    /// <typeparam name="T">Its kind.</typeparam>
    /// <param name="namespace">Its namespace; null for cluster-scoped kinds.</param>
    /// <param name="name">Its name.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public async Task<T> GetAsync<T>(string? @namespace, string name, CancellationToken cancellationToken = default)
        where T : IKubernetesObject<T> =>
        T.FromJson(Options.Trim(await SendAsync(Get(ResourcePath.Object(T.Definition, @namespace, name)), cancellationToken)));

    /// <summary>Reads an object that may not exist.</summary>
    /// <typeparam name="T">Its kind.</typeparam>
    /// <param name="namespace">Its namespace; null for cluster-scoped kinds.</param>
    /// <param name="name">Its name.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The object; null if there is none.</returns>
    public async Task<T?> TryGetAsync<T>(string? @namespace, string name, CancellationToken cancellationToken = default)
        where T : class, IKubernetesObject<T>
    {
        try
        {
            return await GetAsync<T>(@namespace, name, cancellationToken);
        }
        catch (KubernetesException e) when (e.IsNotFound)
        {
            return null;
        }
    }

    /// <summary>
    /// Lists objects: all of them, or one page if <see cref="ListOptions.Limit"/> is set. A whole list is of one moment: if the
    /// server forgets that moment halfway (410), the list starts over.
    /// </summary>
    /// <typeparam name="T">Their kind.</typeparam>
    /// <param name="namespace">Their namespace; null for all namespaces, and for cluster-scoped kinds.</param>
    /// <param name="options">Which.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public async Task<KubernetesList<T>> ListAsync<T>(
        string? @namespace, ListOptions? options = null, CancellationToken cancellationToken = default)
        where T : IKubernetesObject<T>
    {
        options ??= new ListOptions();
        if (options.Limit is not null || options.Continue is not null)
        {
            return await ListPageAsync<T>(@namespace, options, cancellationToken);
        }

        for (int restart = 0; ; restart++)
        {
            int? limit = restart < ListRestarts ? Options.PageSize : null;
            if (await TryListAllAsync<T>(@namespace, options with { Limit = limit }, cancellationToken) is { } list)
            {
                return list;
            }
        }
    }

    private async Task<KubernetesList<T>?> TryListAllAsync<T>(string? @namespace, ListOptions options, CancellationToken cancellationToken)
        where T : IKubernetesObject<T>
    {
        var items = new List<T>();
        while (true)
        {
            KubernetesList<T> page;
            try
            {
                page = await ListPageAsync<T>(@namespace, options, cancellationToken);
            }
            catch (KubernetesException e) when (e.IsExpired && options.Continue is not null)
            {
                return null;
            }

            items.AddRange(page.Items);
            if (page.Continue is null)
            {
                return page with { Items = items };
            }

            options = options with { Continue = page.Continue, ResourceVersion = null };
        }
    }

    private async Task<KubernetesList<T>> ListPageAsync<T>(string? @namespace, ListOptions options, CancellationToken cancellationToken)
        where T : IKubernetesObject<T>
    {
        var query = new List<KeyValuePair<string, string>>();
        AddTo(query, "labelSelector", options.LabelSelector);
        AddTo(query, "fieldSelector", options.FieldSelector);
        AddTo(query, "limit", options.Limit?.ToString(CultureInfo.InvariantCulture));
        AddTo(query, "continue", options.Continue);
        AddTo(query, "resourceVersion", options.ResourceVersion);
        AddTo(query, "resourceVersionMatch", options is { IsExact: true, ResourceVersion: not null } ? "Exact" : null);
        ApiRequest request = Get(ResourcePath.Collection(T.Definition, @namespace)) with { Query = query };
        JsonObject json = await SendAsync(request, cancellationToken);
        JsonObject metadata = json.Object("metadata") ?? [];
        string? next = metadata.Text("continue");
        return new KubernetesList<T>
        {
            Items = TakeItems<T>(json),
            ResourceVersion = metadata.Text("resourceVersion") ?? "",
            Continue = string.IsNullOrEmpty(next) ? null : next,
        };
    }

    private List<T> TakeItems<T>(JsonObject list)
        where T : IKubernetesObject<T>
    {
        var items = new List<T>();
        if (list["items"] is not JsonArray array)
        {
            return items;
        }

        for (int i = 0; i < array.Count; i++)
        {
            if (array[i] is JsonObject item)
            {
                array[i] = null; // detaches the item: an object must not keep the whole list it came in alive
                item["apiVersion"] ??= T.Definition.ApiVersion; // lists of built-in kinds leave both out
                item["kind"] ??= T.Definition.Kind;
                items.Add(T.FromJson(Options.Trim(item)));
            }
        }

        return items;
    }

    private static ApiRequest Get(string path) => new(HttpMethod.Get, path);

    private static void AddTo(List<KeyValuePair<string, string>> query, string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            query.Add(new(name, value));
        }
    }
}
