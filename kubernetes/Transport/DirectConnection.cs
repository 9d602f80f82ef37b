using System.Net.Http.Headers;

namespace Onboarding.Kubernetes.Transport;

/// <summary>Composes requests without any package.</summary>
internal sealed class DirectConnection(KubernetesClientConfiguration configuration, KubernetesClientOptions options) : IApiConnection
{
    private readonly string _server = configuration.Host.TrimEnd('/');
    private readonly HttpMessageInvoker _handler = new(new ApiServerHandler(configuration, options), disposeHandler: true);

    public async Task<HttpResponseMessage> SendAsync(ApiRequest request, CancellationToken cancellationToken)
    {
        using var message = new HttpRequestMessage(request.Method, $"{_server}/{request.PathAndQuery}");
        message.Headers.Accept.ParseAdd("application/json");
        if (request.Body is not null)
        {
            message.Content = new StringContent(request.Body.ToJsonString());
            message.Content.Headers.ContentType = new MediaTypeHeaderValue(request.ContentType);
        }

        return await _handler.SendAsync(message, cancellationToken);
    }

    public void Dispose() => _handler.Dispose();
}
