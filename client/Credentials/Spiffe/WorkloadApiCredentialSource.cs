using Google.Protobuf.WellKnownTypes;
using Onboarding.Api.Configuration;
using Onboarding.Api.Rpc;
using Onboarding.Api.Rpc.Spiffe;
using Onboarding.Client.Credentials.Files;
using Onboarding.Client.Credentials.Platforms;

namespace Onboarding.Client.Credentials.Spiffe;

/// <summary>A JWT-SVID, made for the plane, of the SPIFFE agent on this machine (SPIFFE Workload API).</summary>
internal sealed class WorkloadApiCredentialSource(SpiffeSource settings, TimeProvider time) : ICredentialSource
{
    private const string Fetch = "jwt -audience test";
    private readonly WorkloadApi _api = new(settings.WorkloadApi!, time);

    public string Name => $"SPIFFE Workload API {settings.WorkloadApi}";

    public async Task<Credential> GetAsync(CredentialRequest request, CancellationToken cancellationToken)
    {
        AcceptedTypes.Check<SpiffeJwtCredential>(request, "SVIDs", "spec.workloads.authentication.spiffe");
        var question = new JWTSVIDRequest { Audience = { request.Audience } };
        JWTSVIDResponse answer = await _api.AskAsync(
            async (client, options) => await client.FetchJWTSVIDAsync(question, options), Fetch, cancellationToken);
        string token = answer.Svids.FirstOrDefault()?.Svid ?? "";
        DateTimeOffset expiresAt = TokenLife.ExpiresAt(token) ?? throw _api.Failed("it gave no JWT-SVID", Fetch);
        return new Credential(Any.Pack(new SpiffeJwtCredential { Token = token }), expiresAt, Name);
    }
}
