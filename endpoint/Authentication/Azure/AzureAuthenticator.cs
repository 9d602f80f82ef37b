using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Google.Protobuf;
using Onboarding.Api;
using Onboarding.Api.Identity;
using Onboarding.Api.Install;
using Onboarding.Api.Proofs;
using Onboarding.Api.Rpc;
using Onboarding.Endpoint.Authentication.Cms;
using Onboarding.Endpoint.Authentication.Jwt;
using Onboarding.Endpoint.Authentication.X509;
using Onboarding.Plane.Refusals;
using Onboarding.Plane.Settings;

namespace Onboarding.Endpoint.Authentication.Azure;

/// <summary>
/// Finds out which virtual machine of Azure presents its attested document, and the token of its managed identity where it has one.
/// The document proves machine and subscription; which tenant the subscription belongs to the configuration says, for the document
/// doesn't and the machine's own word counts for nothing.
/// </summary>
internal sealed class AzureAuthenticator(PlaneConfiguration plane, SignerCertificate signers, KeySources keySources, TimeProvider time)
    : ICredentialAuthenticator
{
    private const int MostCertificates = 5;
    private readonly TokenChecks _checks = new(time);

    public string MessageName => AzureCredential.Descriptor.FullName;

    public bool IsConfigured => Settings is not null;

    private AzureAuthenticationSettings? Settings => plane.Current?.Spec.Workloads.Authentication.Azure;

    public async Task<AuthenticatedWorkload> AuthenticateAsync(AuthenticationRequest request, CancellationToken cancellationToken)
    {
        AzureAuthenticationSettings settings = Settings ?? throw CredentialAuthenticators.NoLongerAccepted();
        AzureCredential credential = Parse(request.Credential);
        AttestedDocument document = AttestedDocument.Read(await VerifyAsync(credential, settings, cancellationToken));
        CheckFresh(document, request);
        AzureTenant tenant = FindTenant(document, settings);
        ManagedIdentityToken? token = await CheckTokenAsync(credential.IdentityToken, document, tenant, settings, cancellationToken);
        WorkloadIdentity identity = new()
        {
            Azure = new AzureIdentity
            {
                Subscription = document.Subscription,
                Tenant = tenant.TenantId.ToLowerInvariant(),
                ResourceGroup = token?.Machine.ResourceGroup,
                Compute = new AzureVirtualMachine
                {
                    InstanceId = document.VmId,
                    ScaleSet = token?.Machine.ScaleSet,
                    ManagedIdentity = token?.Identity,
                },
            },
        };
        return new AuthenticatedWorkload(identity, identity) { MayReplaceKey = true, OneUse = token?.Use };
    }

    /// <summary>The document, exactly the bytes that Azure signed.</summary>
    private async Task<ReadOnlyMemory<byte>> VerifyAsync(
        AzureCredential credential, AzureAuthenticationSettings settings, CancellationToken cancellationToken)
    {
        var candidates = new X509Certificate2Collection();
        try
        {
            SignedMessage message = SignedMessage.Read(credential.AttestedDocument.Memory);
            if (message.UnverifiedCertificates.Count + credential.Intermediates.Count > MostCertificates)
            {
                throw TokenChecks.Malformed($"it brings along more than {MostCertificates} certificates");
            }

            foreach (ReadOnlyMemory<byte> certificate in message.UnverifiedCertificates)
            {
                candidates.Add(PresentedCertificates.Load(certificate.Span));
            }

            // The one that the signature names, not the first one: SPIRE checked one and verified with another (1.14.7).
            X509Certificate2 signer = candidates.Where(message.Names).ToArray() is [{ } only]
                ? only
                : throw TokenChecks.Malformed("it must bring along the one certificate it names as its signer's");
            foreach (ByteString certificate in credential.Intermediates)
            {
                candidates.Add(PresentedCertificates.Load(certificate.Span));
            }

            X509Certificate2Collection chain = await signers.CheckAsync(
                signer, [.. candidates.Where(c => !ReferenceEquals(c, signer))], settings, cancellationToken);
            try
            {
                return message.Verify(signer, [.. chain.Skip(1)]);
            }
            finally
            {
                Dispose(chain);
            }
        }
        catch (CmsException e)
        {
            throw CmsRefusal.Create(e, "attested document");
        }
        finally
        {
            Dispose(candidates);
        }
    }

    private void CheckFresh(AttestedDocument document, AuthenticationRequest request)
    {
        byte[] expected = Encoding.UTF8.GetBytes(Statements.PlatformNonce(request.Challenge.Span, request.PlaneUid, request.Key.Thumbprint));
        if (!CryptographicOperations.FixedTimeEquals(expected, Encoding.UTF8.GetBytes(document.Nonce)))
        {
            throw Refuse.Unauthenticated(
                Reasons.CredentialAudience, "The attested document wasn't made for this plane's challenge and this agent's key: its nonce is another.");
        }

        DateTimeOffset now = time.GetUtcNow();
        if (now >= document.ExpiresAt + TokenChecks.Skew)
        {
            throw Refuse.Unauthenticated(
                Reasons.CredentialExpired, $"The attested document expired at {document.ExpiresAt:u}; it is {now:u} at the plane. Check the clocks.");
        }
    }

    private static AzureTenant FindTenant(AttestedDocument document, AzureAuthenticationSettings settings) =>
        settings.Tenants.FirstOrDefault(t => t.Subscriptions.Contains(document.Subscription, StringComparer.OrdinalIgnoreCase))
            ?? throw Refuse.Denied(
                Reasons.CredentialTenant,
                "The machine's subscription isn't among spec.workloads.authentication.azure.tenants of the OnboardingPlane.",
                $"subscription {document.Subscription}");

    private async Task<ManagedIdentityToken?> CheckTokenAsync(
        string text, AttestedDocument document, AzureTenant tenant, AzureAuthenticationSettings settings, CancellationToken cancellationToken)
    {
        if (text.Length == 0)
        {
            return null;
        }

        // Without an audience of our own a token for some other service would do, and every one that leaks there would join here.
        string audience = settings.Audience ?? throw Refuse.Unauthenticated(
            Reasons.CredentialAudience,
            "The plane takes no tokens of managed identities: set spec.workloads.authentication.azure.audience of the OnboardingPlane, or remove azure.resource from the agent's configuration.");
        ManagedIdentityToken token = await ManagedIdentityToken.CheckAsync(text, tenant, audience, keySources, _checks, cancellationToken);
        return token.Machine.Subscription == document.Subscription ? token : throw Refuse.Unauthenticated(
            Reasons.CredentialSubject,
            "Attested document and token are of different machines: their subscriptions differ.",
            $"document {document.Subscription}, token {token.Machine.Subscription}");
    }

    private static AzureCredential Parse(ByteString credential)
    {
        try
        {
            return AzureCredential.Parser.ParseFrom(credential);
        }
        catch (InvalidProtocolBufferException)
        {
            throw TokenChecks.Malformed("it isn't an AzureCredential message");
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
