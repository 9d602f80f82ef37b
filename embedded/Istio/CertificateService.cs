using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Istio.V1.Auth;
using Onboarding.Api.Identity;

namespace Onboarding.Embedded.Istio;

/// <summary>Issues certificates to workloads that prove who they are.</summary>
internal sealed partial class CertificateService(
    IstioCertificateAuthority authority, ProxyAuthenticator authenticator, ILogger<CertificateService> logger)
    : IstioCertificateService.IstioCertificateServiceBase
{
    private static readonly TimeSpan DefaultValidity = TimeSpan.FromHours(24);
    private static readonly TimeSpan MaximumValidity = TimeSpan.FromDays(90);

    public override async Task<IstioCertificateResponse> CreateCertificate(IstioCertificateRequest request, ServerCallContext context)
    {
        SpiffeId identity = await authenticator.AuthenticateAsync(context, "request authenticate failure");

        // Only a node's proxy may ask in another's name, and there is none here. Silently giving it the caller's own would hide the mistake.
        if (request.Metadata?.Fields.TryGetValue("ImpersonatedIdentity", out Value? impersonated) == true && impersonated.StringValue.Length > 0)
        {
            throw new RpcException(new Status(StatusCode.Unauthenticated, "request impersonation authentication failure"));
        }

        // Longer than allowed is refused rather than cut: the caller would plan its renewal by what it asked for.
        if (request.ValidityDuration > (long)MaximumValidity.TotalSeconds)
        {
            throw new RpcException(new Status(
                StatusCode.InvalidArgument,
                $"CSR signing error (requested TTL {request.ValidityDuration}s is greater than the max allowed TTL {MaximumValidity.TotalSeconds}s)"));
        }

        TimeSpan validity = request.ValidityDuration <= 0 ? DefaultValidity : TimeSpan.FromSeconds(request.ValidityDuration);
        try
        {
            SigningAuthority issuer = authority.Current;
            using X509Certificate2 leaf = issuer.IssueWorkload(SigningRequest.Read(request.Csr), identity, validity);
            LogIssued(identity, leaf.SerialNumber, leaf.NotAfter.ToUniversalTime());
            return new IstioCertificateResponse
            {
                CertChain = { issuer.Chain.Prepend(leaf).Select(c => c.ExportCertificatePem() + "\n"), issuer.RootPem },
            };
        }
        catch (CertificateRefusedException e)
        {
            throw new RpcException(new Status(StatusCode.InvalidArgument, $"CSR signing error ({e.Message})"));
        }
        catch (CryptographicException e)
        {
            LogFailed(identity, e);
            throw new RpcException(new Status(StatusCode.Internal, "CSR signing error"));
        }
    }

    [LoggerMessage(3101, LogLevel.Information, "Issued certificate {Serial} to {Identity}, valid until {NotAfter:O}")]
    private partial void LogIssued(SpiffeId identity, string serial, DateTime notAfter);

    [LoggerMessage(3102, LogLevel.Error, "Could not sign the certificate of {Identity}")]
    private partial void LogFailed(SpiffeId identity, Exception exception);
}

/// <summary>A request for a certificate is not one that may be granted; the message may go to the caller.</summary>
internal sealed class CertificateRefusedException(string message, Exception? inner = null) : Exception(message, inner);
