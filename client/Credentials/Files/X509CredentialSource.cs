using Google.Protobuf.WellKnownTypes;
using Onboarding.Api.Configuration;
using Onboarding.Api.Rpc;
using Onboarding.Client.Credentials.Platforms;

namespace Onboarding.Client.Credentials.Files;

/// <summary>A certificate of a configured authority.</summary>
internal sealed class X509CredentialSource(X509Source settings) : ICredentialSource
{
    public string Name => $"certificate {settings.CertificateFile}";

    public Task<Credential> GetAsync(CredentialRequest request, CancellationToken cancellationToken)
    {
        AcceptedTypes.Check<X509Credential>(request, "certificates", "spec.workloads.authentication.x509");
        (X509Possession possession, DateTimeOffset expiresAt) =
            CertificatePossession.Make(settings.CertificateFile, settings.KeyFile, "x509", request);
        return Task.FromResult(new Credential(Any.Pack(new X509Credential { Possession = possession }), expiresAt, Name));
    }
}
