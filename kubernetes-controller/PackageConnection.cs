using System.Text.Json.Nodes;
using Onboarding.Kubernetes.Transport;
using PackagePatch = k8s.Models.V1Patch;

namespace Onboarding.Kubernetes;

/// <summary>The package's client with our handler in the place of its own, and requests about records sent as its operations send theirs.</summary>
internal sealed class PackageConnection(KubernetesClientConfiguration configuration, KubernetesClientOptions options)
    : k8s.Kubernetes(new k8s.KubernetesClientConfiguration { Host = configuration.Host }, new OurHandler(configuration, options)), IApiConnection
{
    private static readonly Dictionary<string, IReadOnlyList<string>> Headers = new() { ["Accept"] = ["application/json"] };

    Task<HttpResponseMessage> IApiConnection.SendAsync(ApiRequest request, CancellationToken cancellationToken) => request.ContentType switch
    {
        "application/merge-patch+json" => PatchAsync(request, PackagePatch.PatchType.MergePatch, cancellationToken),
        "application/json-patch+json" => PatchAsync(request, PackagePatch.PatchType.JsonPatch, cancellationToken),
        "application/apply-patch+yaml" => PatchAsync(request, PackagePatch.PatchType.ApplyPatch, cancellationToken),
        _ => SendRequest<JsonNode?>(request.PathAndQuery, request.Method, Headers, request.Body, cancellationToken),
    };

    private Task<HttpResponseMessage> PatchAsync(ApiRequest request, PackagePatch.PatchType type, CancellationToken cancellationToken) =>
        SendRequest(request.PathAndQuery, request.Method, Headers, new PackagePatch(request.Body!.ToJsonString(), type), cancellationToken);

    /// <summary>Ends the package's chain of handlers: the one it made itself, which has the holes, is never called.</summary>
    private sealed class OurHandler(KubernetesClientConfiguration configuration, KubernetesClientOptions options) : DelegatingHandler
    {
        private readonly HttpMessageInvoker _handler = new(new ApiServerHandler(configuration, options), disposeHandler: true);

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            _handler.SendAsync(request, cancellationToken);

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                _handler.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
