namespace Onboarding.Kubernetes.Transport;

/// <summary>
/// Composes requests about resources and sends them: directly, as a PowerShell session does, which can't wait for a package of
/// 12 MB; or by the KubernetesClient package, as endpoint and operator do. Both send through an <see cref="ApiServerHandler"/>.
/// </summary>
internal interface IApiConnection : IDisposable
{
    /// <summary>Sends a request, and leaves reading the answer, a success, to the caller.</summary>
    /// <exception cref="KubernetesException">Refused, failed or not reached.</exception>
    Task<HttpResponseMessage> SendAsync(ApiRequest request, CancellationToken cancellationToken);
}
