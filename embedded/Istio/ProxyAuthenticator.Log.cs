namespace Onboarding.Embedded.Istio;

internal sealed partial class ProxyAuthenticator
{
    [LoggerMessage(3100, LogLevel.Warning, "Refused {Method} of {Peer}: {Reason} (client certificate presented: {HasCertificate})")]
    private partial void LogRefused(string peer, string method, bool hasCertificate, string reason);
}
