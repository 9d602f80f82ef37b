using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using Google.Protobuf;
using Onboarding.Api;
using Onboarding.Api.Identity;
using Onboarding.Api.Install;
using Onboarding.Api.Rpc;
using Onboarding.Endpoint.Authentication.Anchors;
using Onboarding.Endpoint.Authentication.Aws.Requests;
using Onboarding.Endpoint.Authentication.Cms;
using Onboarding.Plane.Refusals;
using Onboarding.Plane.Settings;

namespace Onboarding.Endpoint.Authentication.Aws;

/// <summary>
/// Finds out which EC2 instance presents its identity document. The order is by cost: size, shape, the region's certificate, the
/// signature, the document's times, and AWS itself last. The document is the one inside the signature; an agent can send no other.
/// </summary>
internal sealed class AwsEc2Authenticator(PlaneConfiguration plane, TrustAnchors anchors, CallerIdentities callers, TimeProvider time)
    : ICredentialAuthenticator
{
    private static readonly TimeSpan Skew = TimeSpan.FromSeconds(60);

    public string MessageName => AwsEc2Credential.Descriptor.FullName;

    public bool IsConfigured => plane.Current?.Spec.Workloads.Authentication.Aws?.Ec2 is not null;

    public async Task<AuthenticatedWorkload> AuthenticateAsync(AuthenticationRequest request, CancellationToken cancellationToken)
    {
        AwsAuthenticationSettings settings = plane.Required.Spec.Workloads.Authentication.Aws is { Ec2: not null } aws
            ? aws
            : throw Refuse.Unauthenticated(
                Reasons.CredentialIssuer,
                "This plane doesn't accept EC2 instances. Add spec.workloads.authentication.aws.ec2 to the OnboardingPlane.");
        AwsEc2Credential credential = Read(request.Credential);
        InstanceDocument document = await VerifyAsync(credential.IdentityDocument.Memory, cancellationToken);
        CheckTime(document);
        CallerIdentity? caller = credential.CallerIdentity is { } signed
            ? await FindCallerAsync(document, signed, request, settings, cancellationToken)
            : null;
        WorkloadIdentity identity = document.ToIdentity(caller is null ? null : new IamRole(caller.Role));
        return new AuthenticatedWorkload(identity, identity)
        {
            // The document alone is the same no matter who presents it, and doesn't get old.
            MayReplaceKey = caller is not null,
            NotForNewBinding = caller is null ? TooOld(document, settings.Ec2!.MaxInstanceAge) : null,
        };
    }

    private static AwsEc2Credential Read(ByteString credential)
    {
        try
        {
            return AwsEc2Credential.Parser.ParseFrom(credential);
        }
        catch (InvalidProtocolBufferException)
        {
            throw AwsRefusals.Malformed("The credential", "it isn't an AwsEc2Credential message");
        }
    }

    private async ValueTask<InstanceDocument> VerifyAsync(ReadOnlyMemory<byte> encoded, CancellationToken cancellationToken)
    {
        try
        {
            SignedMessage message = SignedMessage.Read(encoded);
            // Used to choose the certificate only; whether AWS said so there is what that certificate then decides.
            string region = InstanceDocumentReader.ReadRegion(message.UnverifiedContent);
            X509Certificate2 certificate = await FindCertificateAsync(region, message, cancellationToken);
            InstanceDocument document = InstanceDocumentReader.Read(message.Verify(certificate));
            return document.Region == region ? document : throw new AwsDocumentException("it names two regions");
        }
        catch (CmsException e)
        {
            throw AwsRefusals.Document(e);
        }
        catch (AwsDocumentException e)
        {
            throw AwsRefusals.Malformed("The instance identity document", e.Message);
        }
    }

    private async ValueTask<X509Certificate2> FindCertificateAsync(string region, SignedMessage message, CancellationToken cancellationToken)
    {
        string file = $"aws/{region}.pem";
        IReadOnlyList<X509Certificate2> certificates;
        try
        {
            certificates = await anchors.FindAsync(file, cancellationToken);
        }
        catch (TrustAnchorException e)
        {
            throw AwsRefusals.Unavailable("its trust anchors", e.Message);
        }

        if (certificates.Count == 0)
        {
            throw AwsRefusals.NoAnchor(region, file, anchors.Place);
        }

        foreach (X509Certificate2 certificate in certificates)
        {
            if (message.Names(certificate))
            {
                return certificate;
            }
        }

        throw new CmsException($"its signer's certificate is none of those in {file}", CmsProblem.Signature);
    }

    private void CheckTime(InstanceDocument document)
    {
        DateTimeOffset now = time.GetUtcNow();
        if (document.PendingTime > now + Skew)
        {
            throw Refuse.Unauthenticated(
                Reasons.CredentialNotYetValid,
                $"The instance was started at {Utc(document.PendingTime)}; it is {Utc(now)} at the plane. Check the plane's clock.");
        }
    }

    private Refusal? TooOld(InstanceDocument document, TimeSpan maxAge) =>
        time.GetUtcNow() - document.PendingTime <= maxAge + Skew ? null : new Refusal(
            RefusalCode.Unauthenticated,
            Reasons.CredentialExpired,
            $"The instance was started at {Utc(document.PendingTime)}, more than {maxAge.TotalMinutes:0.##} min ago, and proves no IAM role: that isn't "
            + "enough to join for the first time. Give the instance a role, or stop and start it (a reboot isn't enough), or raise "
            + "spec.workloads.authentication.aws.ec2.maxInstanceAge of the OnboardingPlane.");

    private async Task<CallerIdentity> FindCallerAsync(
        InstanceDocument document,
        AwsSignedRequest signed,
        AuthenticationRequest request,
        AwsAuthenticationSettings settings,
        CancellationToken cancellationToken)
    {
        CallerIdentity caller = await callers.FindAsync(signed, request, settings.Regions, cancellationToken);

        // Another's document beside one's own role; the sessions of an instance's role bear the instance's id.
        return caller.Account == document.Account && caller.Session == document.InstanceId && caller.IsOf(document.Region)
            ? caller
            : throw AwsRefusals.Mismatch(
                "The identity document and the role's credentials aren't of the same instance.",
                $"document: {document.Account} {document.InstanceId}; credentials: {caller.Account} {AwsRefusals.Quoted(caller.Session)}");
    }

    private static string Utc(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
