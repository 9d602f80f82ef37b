using System.Security.Cryptography;

namespace Onboarding.Embedded.Istio;

/// <summary>
/// The mesh's certificate authority, which can be replaced while it serves: a self-signed one, kept in a directory, unless an operator
/// plugs in another.
/// </summary>
public sealed class IstioCertificateAuthority : IDisposable
{
    private readonly SelfSignedAuthority _files;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private SigningAuthority _own;
    private PluggedCertificates _plugged = PluggedCertificates.None;
    private volatile SigningAuthority _current;
    private volatile CancellationTokenSource _trust = new();

    private IstioCertificateAuthority(SelfSignedAuthority files, TimeProvider time)
    {
        _files = files;
        _time = time;
        _own = _current = files.Open();
    }

    /// <summary>The root certificates, PEM; what <c>istio-ca-root-cert</c> holds.</summary>
    public string RootPem => Current.RootPem;

    /// <summary>The revocation lists, PEM; what <c>istio-ca-crl</c> holds. Empty where there are none: only a plugged-in authority has them.</summary>
    public string RevocationListPem { get; private set; } = "";

    internal SigningAuthority Current => _current;

    /// <summary>The self-signed root, PEM, whichever authority is in force.</summary>
    internal string OwnRootPem => _own.RootPem;

    /// <summary>
    /// Cancelled when a root is no longer trusted. To be read before a handshake, which may then be judged by the roots of before.
    /// </summary>
    internal CancellationToken TrustLost => _trust.Token;

    /// <summary>Opens the authority of a directory; makes it where there is none yet.</summary>
    /// <param name="directory">Holds <c>istio-ca-key.pem</c> (mode 0600) and <c>istio-ca.pem</c>.</param>
    /// <param name="trustDomain">Organisation of a new root.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <exception cref="IOException">The directory can't be used.</exception>
    /// <exception cref="CryptographicException">Key and certificate there don't belong together.</exception>
    public static IstioCertificateAuthority Open(string directory, string trustDomain, TimeProvider timeProvider)
    {
        ArgumentNullException.ThrowIfNull(timeProvider);
        return new IstioCertificateAuthority(new SelfSignedAuthority(directory, trustDomain, timeProvider), timeProvider);
    }

    /// <summary>
    /// Puts a new self-signed root in the place of the one there: the same name, another key. Certificates of before are worth nothing
    /// from now on, and connections that were opened with them end.
    /// </summary>
    /// <exception cref="IOException">The directory can't be used; nothing has changed then.</exception>
    public void Replace()
    {
        lock (_lock)
        {
            _own = _files.Create();
            if (Plug(_plugged) is not null)
            {
                // What is plugged in has expired meanwhile.
                Switch(_own);
            }
        }
    }

    /// <inheritdoc />
    public void Dispose() => _trust.Dispose();

    /// <summary>Takes what an operator plugs in.</summary>
    /// <returns>Why it can't be used, and nothing has changed; null if it is in force.</returns>
    internal string? Plug(PluggedCertificates plugged)
    {
        lock (_lock)
        {
            try
            {
                SigningAuthority next = plugged.Over(_own, _time);
                _plugged = plugged;
                RevocationListPem = plugged.RevocationLists ?? "";
                Switch(next);
                return null;
            }
            catch (CryptographicException e)
            {
                return e.Message;
            }
        }
    }

    private void Switch(SigningAuthority next)
    {
        SigningAuthority before = _current;
        _current = next;
        if (before.Roots.Any(r => !next.Roots.Any(n => n.RawDataMemory.Span.SequenceEqual(r.RawDataMemory.Span))))
        {
            CancellationTokenSource lost = _trust;
            _trust = new CancellationTokenSource();
            lost.Cancel();
        }
    }
}
