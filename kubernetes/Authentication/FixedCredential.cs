using System.Net.Http.Headers;

namespace Onboarding.Kubernetes.Authentication;

/// <summary>A credential that stays the same, but for a client certificate whose files change.</summary>
internal sealed class FixedCredential(AuthenticationHeaderValue? authorization, ClientCertificate certificate) : IApiCredentialSource
{
    public ValueTask<ApiCredential> GetAsync(CancellationToken cancellationToken) =>
        ValueTask.FromResult(new ApiCredential(authorization, certificate.Get()));

    public bool Discard(ApiCredential credential) => !ReferenceEquals(credential.Certificate, certificate.Get());

    public void Dispose()
    {
    }
}
