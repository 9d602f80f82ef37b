using System.Security.Cryptography.X509Certificates;
using Google.Protobuf;
using Onboarding.Api;
using Onboarding.Api.Identity;
using Onboarding.Api.Install;
using Onboarding.Api.Rpc;
using Onboarding.Endpoint.Authentication.Jwt;
using Onboarding.Plane.Refusals;
using Onboarding.Plane.Settings;

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
        X509AuthenticationSettings settings = Settings ?? throw CredentialAuthenticators.NoLongerAccepted();
        X509Possession? possession = Parse(request.Credential);
        using PresentedCertificates presented = PresentedCertificates.Read(possession);
        PossessionProof.Check(possession!, presented.Leaf, request);
        WorkloadIdentity identity = new() { X509 = Verify(presented, authorities.Read(settings)) };
        return Task.FromResult(new AuthenticatedWorkload(identity, identity) { MayReplaceKey = true });
    }

    private X509Identity Verify(PresentedCertificates presented, IReadOnlyList<TrustedAuthority> trusted)
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
            // Every configured authority above the certificate has a say on who is revoked.
            for (int i = 1; i < chain.Count; i++)
            {
                foreach (TrustedAuthority authority in trusted.Where(a => ChainVerifier.IsOneOf(a.Roots, chain[i])))
                {
                    revocations.Check([.. chain.Take(i + 1)], authority);
                }
            }

            // The nearest one vouches for it. Which one that is comes from the configuration: an authority can write any name into a
            // certificate that it signs, also that of another authority.
            X509Certificate2 anchor = chain.Skip(1).First(c => trusted.Any(a => ChainVerifier.IsOneOf(a.Roots, c)));
            return CertificateIdentity.FromCertificate(presented.Leaf, trusted.First(a => ChainVerifier.IsOneOf(a.Roots, anchor)).Name, anchor);
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
