using System.Security.Cryptography.X509Certificates;
using Google.Protobuf;
using Onboarding.Api;
using Onboarding.Api.Identity;
using Onboarding.Api.Install;
using Onboarding.Api.Rpc;
using Onboarding.Endpoint.Authentication.Jwt;
using Onboarding.Endpoint.Cluster;
using Onboarding.Endpoint.Refusals;

namespace Onboarding.Endpoint.Authentication.X509;

/// <summary>Finds out who presents a certificate of a configured authority, and has its key.</summary>
internal sealed class X509Authenticator(
    PlaneConfiguration plane, TrustedAuthorities authorities, ChainVerifier chains, RevocationLists revocations) : ICredentialAuthenticator
{
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    public string MessageName => X509Credential.Descriptor.FullName;

    public bool IsConfigured => Settings is not null;

    private X509AuthenticationSettings? Settings => plane.Current?.Spec.Workloads.Authentication.X509;

    public Task<AuthenticatedWorkload> AuthenticateAsync(AuthenticationRequest request, CancellationToken cancellationToken)
    {
        X509AuthenticationSettings settings = Settings ?? throw CredentialTypes.NoLongerAccepted();
        X509Possession? possession = Parse(request.Credential);
        using PresentedCertificates presented = PresentedCertificates.Read(possession);
        PossessionProof.Check(possession!, presented.Leaf, request);
        Verify(presented, authorities.Of(settings));
        WorkloadIdentity identity = new() { X509 = CertificateIdentity.Of(presented.Leaf) };
        return Task.FromResult(new AuthenticatedWorkload(identity, identity) { MayReplaceKey = true });
    }

    private void Verify(PresentedCertificates presented, IReadOnlyList<TrustedAuthority> trusted)
    {
        // An authority that says nothing about usage may have meant the certificate for a server (attack case 13).
        if (!presented.Leaf.Extensions.OfType<X509EnhancedKeyUsageExtension>()
            .Any(e => e.EnhancedKeyUsages.Cast<System.Security.Cryptography.Oid>().Any(o => o.Value == ClientAuthentication)))
        {
            throw Refuse.Unauthenticated(
                Reasons.CredentialUsage, "The certificate can't prove who a client is: its extended key usage must have clientAuth.");
        }

        X509Certificate2Collection chain = chains.VerifyClient(
            presented.Leaf, presented.Above, [.. trusted.SelectMany(a => a.Roots)],
            "an authority under spec.workloads.authentication.x509 of the OnboardingPlane");
        try
        {
            // Of two authorities with the same root, each with a list, both have a say.
            foreach (TrustedAuthority authority in trusted.Where(a => a.Roots.Any(r => r.RawDataMemory.Span.SequenceEqual(chain[^1].RawDataMemory.Span))))
            {
                revocations.Check(chain, authority);
            }
        }
        finally
        {
            foreach (X509Certificate2 certificate in chain)
            {
                certificate.Dispose();
            }
        }
    }

    private static X509Possession? Parse(ByteString credential)
    {
        try
        {
            return X509Credential.Parser.ParseFrom(credential).Possession;
        }
        catch (InvalidProtocolBufferException)
        {
            throw TokenChecks.Malformed("it isn't an X509Credential message");
        }
    }
}
