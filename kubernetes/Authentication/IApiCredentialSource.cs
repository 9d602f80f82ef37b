namespace Onboarding.Kubernetes.Authentication;

/// <summary>Where credentials come from.</summary>
internal interface IApiCredentialSource : IDisposable
{
    /// <summary>The credential to use now.</summary>
    /// <exception cref="KubeConfigException">There is none to be had.</exception>
    ValueTask<ApiCredential> GetAsync(CancellationToken cancellationToken);

    /// <summary>The server refused this one. True if another attempt has a chance.</summary>
    bool Discard(ApiCredential credential);
}
