namespace Onboarding.Embedded.Istio;

/// <summary>A request for a certificate is not one that may be granted; the message may go to the caller.</summary>
internal sealed class CertificateRefusedException(string message, Exception? inner = null) : Exception(message, inner);
