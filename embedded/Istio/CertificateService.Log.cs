using Onboarding.Api.Identity;

namespace Onboarding.Embedded.Istio;

internal sealed partial class CertificateService
{
    [LoggerMessage(3101, LogLevel.Information, "Issued certificate {Serial} to {Identity}, valid until {NotAfter:O}")]
    private partial void LogIssued(SpiffeId identity, string serial, DateTime notAfter);

    [LoggerMessage(3102, LogLevel.Error, "Could not sign the certificate of {Identity}")]
    private partial void LogFailed(SpiffeId identity, Exception exception);
}
