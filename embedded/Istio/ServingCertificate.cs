using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Onboarding.Embedded.Istio;

/// <summary>istiod's own certificate, made anew when half its life is over.</summary>
internal sealed class ServingCertificate(IstioCertificateAuthority authority, string istioNamespace, TimeProvider time)
{
    private static readonly TimeSpan Life = TimeSpan.FromDays(30);

    private static readonly string[] Services = ["istiod", "istiod-remote", "istio-pilot"];

    private readonly Lock _lock = new();
    private SslStreamCertificateContext? _current;
    private DateTimeOffset _renewAt;

    public SslStreamCertificateContext Current
    {
        get
        {
            lock (_lock)
            {
                DateTimeOffset now = time.GetUtcNow();
                if (_current is null || now >= _renewAt)
                {
                    // What it replaces may still serve a handshake, and so isn't disposed of here.
                    X509Certificate2 issued = authority.IssueServer(Names, Life);
                    _current = SslStreamCertificateContext.Create(issued, additionalCertificates: null, offline: true);
                    _renewAt = now + (Life / 2);
                }

                return _current;
            }
        }
    }

    private IEnumerable<string> Names => Services.Select(n => $"{n}.{istioNamespace}.svc");
}
