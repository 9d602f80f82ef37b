using Google.Protobuf.WellKnownTypes;
using Onboarding.Api.Configuration;
using Onboarding.Api.Rpc;
using Onboarding.Client.Credentials.Platforms;

namespace Onboarding.Client.Credentials.Files;

/// <summary>An SVID that something else on this machine writes into files and keeps fresh.</summary>
internal sealed class SpiffeFileCredentialSource(SpiffeSource settings) : ICredentialSource
{
    private const string Field = "spiffe.jwtSvidFile";

    public string Name => $"SVID {settings.JwtSvidFile ?? settings.CertificateFile}";

    public Task<Credential> GetAsync(CredentialRequest request, CancellationToken cancellationToken)
    {
        if (settings.JwtSvidFile is { } file)
        {
            AcceptedTypes.Check<SpiffeJwtCredential>(request, "SVIDs", "spec.workloads.authentication.spiffe");
            string token = CredentialFile.ReadSecret(file, Field).Trim();
            DateTimeOffset expires = TokenLife.ExpiresAt(token) ?? throw CredentialFile.Unusable(
                file, Field, "it isn't a JWT-SVID", $"spire-agent api fetch jwt -audience {request.Audience}");
            return Task.FromResult(new Credential(Any.Pack(new SpiffeJwtCredential { Token = token }), expires, Name));
        }

        AcceptedTypes.Check<SpiffeX509Credential>(request, "X.509-SVIDs", "spec.workloads.authentication.spiffe");
        (X509Possession possession, DateTimeOffset expiresAt) =
            CertificatePossession.Make(settings.CertificateFile!, settings.KeyFile!, "spiffe", request);
        return Task.FromResult(new Credential(Any.Pack(new SpiffeX509Credential { Possession = possession }), expiresAt, Name));
    }
}
