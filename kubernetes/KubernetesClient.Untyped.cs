using System.Text.Json.Nodes;
using Onboarding.Api.Meta;
using Onboarding.Kubernetes.Transport;

namespace Onboarding.Kubernetes;

/// <summary>Objects of kinds that have no record: what an installation is made of, and what it depends on.</summary>
public sealed partial class KubernetesClient
{
    /// <summary>Reads an object that may not exist.</summary>
    /// <param name="kind">Its kind.</param>
    /// <param name="namespace">Its namespace; null for cluster-scoped kinds.</param>
    /// <param name="name">Its name.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The object; null if there is none, or the cluster doesn't know its kind.</returns>
    public Task<JsonObject?> TryGetAsync(ResourceDefinition kind, string? @namespace, string name, CancellationToken cancellationToken = default) =>
        TryReadAsync(ResourcePath.Object(kind, @namespace, name), cancellationToken);

    /// <summary>Reads all objects of a kind in one answer; none if the cluster doesn't know the kind.</summary>
    /// <param name="kind">Their kind.</param>
    /// <param name="namespace">Their namespace; null for all.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public async Task<IReadOnlyList<JsonObject>> ListAsync(ResourceDefinition kind, string? @namespace, CancellationToken cancellationToken = default) =>
        await TryReadAsync(ResourcePath.Collection(kind, @namespace), cancellationToken) is { } list && list["items"] is JsonArray items
            ? [.. items.OfType<JsonObject>()]
            : [];

    /// <summary>Server-side apply of an object.</summary>
    /// <param name="kind">Its kind.</param>
    /// <param name="value">The object as the field manager wants it.</param>
    /// <param name="options">How; a field manager is needed.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The object as stored.</returns>
    public Task<JsonObject> ApplyAsync(ResourceDefinition kind, JsonObject value, PatchOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        V1ObjectMeta metadata = ObjectMetaJson.Read(value);
        V1Patch patch = V1Patch.Apply(value);
        return SendAsync(
            new ApiRequest(HttpMethod.Patch, ResourcePath.Object(kind, metadata.Namespace, metadata.Name))
            {
                Body = patch.Body,
                ContentType = patch.ContentType,
                Query = [.. options.ToQuery()],
            },
            cancellationToken);
    }

    /// <summary>Deletes an object; that there is none is as good.</summary>
    /// <param name="kind">Its kind.</param>
    /// <param name="namespace">Its namespace; null for cluster-scoped kinds.</param>
    /// <param name="name">Its name.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>False if there was none.</returns>
    public async Task<bool> DeleteAsync(ResourceDefinition kind, string? @namespace, string name, CancellationToken cancellationToken = default)
    {
        try
        {
            await SendAsync(
                new ApiRequest(HttpMethod.Delete, ResourcePath.Object(kind, @namespace, name))
                {
                    Body = new DeleteOptions { PropagationPolicy = PropagationPolicy.Background }.ToJson(),
                },
                cancellationToken);
            return true;
        }
        catch (KubernetesException e) when (e.IsNotFound)
        {
            return false;
        }
    }

    /// <summary>True if the cluster serves a version of an API group.</summary>
    /// <param name="apiVersion">E.g. <c>networking.istio.io/v1</c>.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public async Task<bool> ServesAsync(string apiVersion, CancellationToken cancellationToken = default) =>
        await TryReadAsync($"apis/{apiVersion}", cancellationToken) is not null;

    /// <summary>The cluster's version, e.g. <c>v1.32.0</c>; null where it doesn't say.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    public async Task<string?> GetVersionAsync(CancellationToken cancellationToken = default) =>
        (await TryReadAsync("version", cancellationToken))?.Text("gitVersion");

    private async Task<JsonObject?> TryReadAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            return await SendAsync(Get(path), cancellationToken);
        }
        catch (KubernetesException e) when (e.IsNotFound)
        {
            return null;
        }
    }
}
