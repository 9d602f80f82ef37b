using System.Text.Json.Nodes;
using Onboarding.Api.Meta;
using Onboarding.Kubernetes.Transport;

namespace Onboarding.Kubernetes;

public sealed partial class KubernetesClient
{
    /// <summary>Raised for each object as the server stored it: what a copy of the cluster has to show before anyone judges by it again.</summary>
    internal event Action<ResourceDefinition, V1ObjectMeta>? Wrote;

    /// <summary>Creates an object; reason <c>AlreadyExists</c> if there is one of that name. Never repeated once sent.</summary>
    /// <typeparam name="T">Its kind.</typeparam>
    /// <param name="value">The object; its metadata says where.</param>
    /// <param name="options">How.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The object as stored.</returns>
    public Task<T> CreateAsync<T>(T value, WriteOptions? options = null, CancellationToken cancellationToken = default)
        where T : IKubernetesObject<T>
    {
        ArgumentNullException.ThrowIfNull(value);
        if (T.Definition.Namespaced && string.IsNullOrEmpty(value.Metadata.Namespace))
        {
            throw new ArgumentException($"A {T.Definition.Kind} lives in a namespace, and its metadata names none.", nameof(value));
        }

        string path = ResourcePath.Collection(T.Definition, value.Metadata.Namespace);
        return WriteAsync<T>(HttpMethod.Post, path, value.ToJson(), options, cancellationToken);
    }

    /// <summary>
    /// Replaces an object; reason <c>Conflict</c> if it changed since the <c>resourceVersion</c> in its metadata. Without one it
    /// replaces whatever is there.
    /// </summary>
    /// <typeparam name="T">Its kind.</typeparam>
    /// <param name="value">The object.</param>
    /// <param name="options">How.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The object as stored.</returns>
    public Task<T> UpdateAsync<T>(T value, WriteOptions? options = null, CancellationToken cancellationToken = default)
        where T : IKubernetesObject<T> => ReplaceAsync(value, null, options, cancellationToken);

    /// <summary>Replaces an object's status, and nothing else of it; otherwise as <see cref="UpdateAsync"/>.</summary>
    /// <typeparam name="T">Its kind.</typeparam>
    /// <param name="value">The object.</param>
    /// <param name="options">How.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The object as stored.</returns>
    public Task<T> UpdateStatusAsync<T>(T value, WriteOptions? options = null, CancellationToken cancellationToken = default)
        where T : IKubernetesObject<T> => ReplaceAsync(value, "status", options, cancellationToken);

    /// <summary>Changes an object. Server-side apply is repeated on failures; merge and JSON patches aren't once sent.</summary>
    /// <typeparam name="T">Its kind.</typeparam>
    /// <param name="namespace">Its namespace; null for cluster-scoped kinds.</param>
    /// <param name="name">Its name.</param>
    /// <param name="patch">The change.</param>
    /// <param name="options">How; server-side apply needs a field manager.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The object as stored.</returns>
    public async Task<T> PatchAsync<T>(
        string? @namespace, string name, V1Patch patch, PatchOptions? options = null, CancellationToken cancellationToken = default)
        where T : IKubernetesObject<T>
    {
        ArgumentNullException.ThrowIfNull(patch);
        if (patch.IsApply && options?.FieldManager is null)
        {
            throw new ArgumentException("Server-side apply needs a field manager.", nameof(options));
        }

        var request = new ApiRequest(HttpMethod.Patch, ResourcePath.Object(T.Definition, @namespace, name, options?.Subresource))
        {
            Body = patch.Body,
            ContentType = patch.ContentType,
            Query = [.. options?.ToQuery() ?? []],
        };
        return Tell(T.FromJson(Options.Trim(await SendAsync(request, cancellationToken))));
    }

    /// <summary>
    /// Deletes an object. An object with finalizers, or one that waits for what it owns, is still there when this returns. With a
    /// uid as precondition the request is repeated on failures: then <c>NotFound</c> may mean that it worked the first time.
    /// </summary>
    /// <typeparam name="T">Its kind.</typeparam>
    /// <param name="namespace">Its namespace; null for cluster-scoped kinds.</param>
    /// <param name="name">Its name.</param>
    /// <param name="options">Under which conditions.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public Task DeleteAsync<T>(
        string? @namespace, string name, DeleteOptions? options = null, CancellationToken cancellationToken = default)
        where T : IKubernetesObject<T> =>
        SendAsync(
            new ApiRequest(HttpMethod.Delete, ResourcePath.Object(T.Definition, @namespace, name))
            {
                Body = options?.ToJson(),
            },
            cancellationToken);

    private Task<T> ReplaceAsync<T>(T value, string? subresource, WriteOptions? options, CancellationToken cancellationToken)
        where T : IKubernetesObject<T>
    {
        ArgumentNullException.ThrowIfNull(value);
        string path = ResourcePath.Object(T.Definition, value.Metadata.Namespace, value.Metadata.Name, subresource);
        return WriteAsync<T>(HttpMethod.Put, path, value.ToJson(), options, cancellationToken);
    }

    private async Task<T> WriteAsync<T>(
        HttpMethod method, string path, JsonObject body, WriteOptions? options, CancellationToken cancellationToken)
        where T : IKubernetesObject<T>
    {
        var request = new ApiRequest(method, path) { Body = body, Query = [.. options?.ToQuery() ?? []] };
        return Tell(T.FromJson(Options.Trim(await SendAsync(request, cancellationToken))));
    }

    private T Tell<T>(T written)
        where T : IKubernetesObject<T>
    {
        Wrote?.Invoke(T.Definition, written.Metadata);
        return written;
    }
}
