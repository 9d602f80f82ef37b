namespace Onboarding.Client.Credentials.Files;

/// <summary>Certificate and key can't prove anything; anyone who knows where they came from says so to people.</summary>
internal sealed class CertificateProofException(CertificateFault fault, string why, Exception? inner) : Exception(why, inner)
{
    public CertificateFault Fault { get; } = fault;
}
