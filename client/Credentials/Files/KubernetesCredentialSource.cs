using Google.Protobuf.WellKnownTypes;
using Onboarding.Api.Configuration;
using Onboarding.Api.Rpc;
using Onboarding.Client.Credentials.Platforms;

namespace Onboarding.Client.Credentials.Files;

/// <summary>A projected service-account token.</summary>
internal sealed class KubernetesCredentialSource(KubernetesSource settings) : ICredentialSource
{
    private const string Field = "kubernetes.tokenFile";

    public string Name => $"service-account token {settings.TokenFile}";

    public Task<Credential> GetAsync(CredentialRequest request, CancellationToken cancellationToken)
    {
        AcceptedTypes.Check<KubernetesCredential>(request, "service accounts of its cluster", "spec.workloads.authentication.kubernetes");
        string token = CredentialFile.Read(settings.TokenFile, Field).Trim();
        DateTimeOffset expiresAt = TokenLife.ExpiresAt(token) ?? throw CredentialFile.Unusable(
            settings.TokenFile, Field, "it isn't a service-account token",
            $"kubectl -n <namespace> create token <service account> --audience={request.Audience}");
        return Task.FromResult(new Credential(Any.Pack(new KubernetesCredential { Token = token }), expiresAt, Name));
    }
}
