using System.Security.Cryptography.X509Certificates;
using Google.Protobuf;
using Microsoft.IdentityModel.Tokens;
using Onboarding.Api;
using Onboarding.Api.Identity;
using Onboarding.Api.Rpc;
using Onboarding.Endpoint.Authentication.Jwt;
using Onboarding.Endpoint.Authentication.X509;
using Onboarding.Plane.Refusals;

namespace Onboarding.Endpoint.Authentication.Spiffe;

/// <summary>Finds out who presents an X.509-SVID, and has its key.</summary>
internal sealed class SpiffeX509Authenticator(SpiffeBundles bundles, ChainVerifier chains) : ICredentialAuthenticator
{
    public string MessageName => SpiffeX509Credential.Descriptor.FullName;

    public bool IsConfigured => bundles.Any;

    public async Task<AuthenticatedWorkload> AuthenticateAsync(AuthenticationRequest request, CancellationToken cancellationToken)
    {
        X509Possession? possession = Parse(request.Credential);
        using PresentedCertificates presented = PresentedCertificates.Read(possession);
        SpiffeIdentity id = ReadId(presented.Leaf);
        PossessionProof.Check(possession!, presented.Leaf, request);
        IReadOnlyList<JsonWebKey> bundle = await SpiffeBundles.KeysAsync(bundles.ForTrustDomain(id.TrustDomain), id.TrustDomain, cancellationToken);
        X509Certificate2Collection roots = SpiffeBundle.Roots(bundle);
        try
        {
            // Only the roots of the trust domain that the SVID names: those of another one must not vouch for it.
            Dispose(chains.VerifyClient(presented.Leaf, presented.Above, roots, $"the bundle of trust domain {id.TrustDomain}"));
        }
        finally
        {
            Dispose(roots);
        }

        WorkloadIdentity identity = new() { Spiffe = id };
        return new AuthenticatedWorkload(identity, identity) { MayReplaceKey = true };
    }

    // Exactly one URI (X509-SVID section 2): with two, signer and reader might take different ones.
    private static SpiffeIdentity ReadId(X509Certificate2 leaf) =>
        SubjectNames.Read(leaf).Uris is [{ } uri] && SpiffeName.TryRead(uri, out SpiffeIdentity? id) && id.Path.Length > 0
            ? id
            : throw Refuse.Unauthenticated(
                Reasons.CredentialSubject, "The certificate isn't an X.509-SVID: its alternative names must have exactly one URI, a SPIFFE ID with a path.");

    private static X509Possession? Parse(ByteString credential)
    {
        try
        {
            return SpiffeX509Credential.Parser.ParseFrom(credential).Possession;
        }
        catch (InvalidProtocolBufferException)
        {
            throw TokenChecks.Malformed("it isn't a SpiffeX509Credential message");
        }
    }

    private static void Dispose(X509Certificate2Collection certificates)
    {
        foreach (X509Certificate2 certificate in certificates)
        {
            certificate.Dispose();
        }
    }
}
