using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Onboarding.Embedded.Istio;

/// <summary>istiod's own certificate, renewed when half its life is over and when another authority is in force.</summary>
internal sealed class ServingCertificate(IstioCertificateAuthority authority, IstiodOptions options, TimeProvider time)
{
    private static readonly TimeSpan Life = TimeSpan.FromDays(30);

    private static readonly string[] Services = ["istiod", "istiod-remote", "istio-pilot"];

    private readonly Lock _lock = new();
    private SslStreamCertificateContext? _current;
    private SigningAuthority? _issuer;
    private DateTimeOffset _renewAt;

    public SslStreamCertificateContext Current
    {
        get
        {
            lock (_lock)
            {
                DateTimeOffset now = time.GetUtcNow();
                SigningAuthority issuer = authority.Current;
                if (_current is null || _issuer != issuer || now >= _renewAt)
                {
                    // What it replaces may still serve a handshake, and so isn't disposed of here.
                    X509Certificate2 issued = issuer.IssueServer(Names, Life);
                    _current = SslStreamCertificateContext.Create(issued, [.. issuer.Chain], offline: true);
                    _issuer = issuer;
                    _renewAt = now + (Life / 2);
                }

                return _current;
            }
        }
    }

    private IEnumerable<string> Names =>
        Services.Concat(options.Revisions.Select(r => $"istiod-{r}")).Select(n => $"{n}.{options.IstioNamespace}.svc");
}
