using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Onboarding.Connections;

namespace Onboarding.Kubernetes.Transport;

/// <summary>
/// Makes the connections to one API server, and keeps them while the client certificate stays the same. Ours, because the package
/// accepts any certificate of a private CA, for any name.
/// </summary>
internal sealed class ConnectionFactory : IDisposable
{
    private static readonly TimeSpan ConnectionLife = TimeSpan.FromMinutes(10);
    private readonly KubernetesClientConfiguration _configuration;
    private readonly Lock _lock = new();
    private readonly Func<X509Certificate2Collection>? _anchors;
    private readonly TimeProvider _time;
    private readonly List<(HttpMessageInvoker Connections, long ReplacedAt)> _replaced = [];
    private X509Certificate2? _certificate;
    private HttpMessageInvoker? _current;

    public ConnectionFactory(KubernetesClientConfiguration configuration, TimeProvider time, Action<string>? warn = null)
    {
        _anchors = Anchors(configuration, warn);
        _configuration = configuration;
        _time = time;
        HostHeader = configuration.TlsServerName;
    }

    /// <summary>
    /// The name to expect in the server's certificate where it isn't the URL's. The handler takes the TLS server name from the
    /// Host header and from nowhere else.
    /// </summary>
    public string? HostHeader { get; }

    /// <summary>Connections that show this certificate. A new one gets new connections; open watches end on the old ones.</summary>
    public HttpMessageInvoker For(X509Certificate2? certificate)
    {
        lock (_lock)
        {
            if (_current is null || !ReferenceEquals(_certificate, certificate))
            {
                if (_current is not null)
                {
                    _replaced.Add((_current, _time.GetTimestamp()));
                    DropOld();
                }

                _certificate = certificate;
                _current = new HttpMessageInvoker(Build(certificate), disposeHandler: true);
            }

            return _current;
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _replaced.ForEach(r => r.Connections.Dispose());
            _replaced.Clear();
            _current?.Dispose();
            _current = null;
        }
    }

    // Not at once: a request may have been given them just now. After the life of a connection nothing but watches is left on them,
    // and those begin again. Without this, an exec plugin that prints certificates would leave connections behind for months.
    private void DropOld()
    {
        foreach ((HttpMessageInvoker connections, _) in _replaced.Where(IsOld))
        {
            connections.Dispose();
        }

        _replaced.RemoveAll(IsOld);

        bool IsOld((HttpMessageInvoker Connections, long ReplacedAt) replaced) => _time.GetElapsedTime(replaced.ReplacedAt) > ConnectionLife;
    }

    private SocketsHttpHandler Build(X509Certificate2? certificate)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false, // a redirect would carry the bearer token to a server no one chose
            UseCookies = false,
            ConnectTimeout = TimeSpan.FromSeconds(15),
            PooledConnectionLifetime = ConnectionLife, // follows DNS and rebalances over API servers
            EnableMultipleHttp2Connections = true, // every watch holds a stream, and servers allow a hundred or so
            KeepAlivePingDelay = TimeSpan.FromSeconds(30),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(15),
            SslOptions = BuildTls(certificate),
            ConnectCallback = Dialer.ConnectAsync,
        };
        if (_configuration.Proxy is { } proxy)
        {
            handler.Proxy = new WebProxy(proxy) { Credentials = ProxyCredentials.FromUrl(proxy) };
        }
        else
        {
            var environment = new EnvironmentProxy();
            handler.Proxy = environment.Problem is null ? environment : throw new KubeConfigException($"No way to {_configuration.Host}: {environment.Problem}.");
        }

        return handler;
    }

    private SslClientAuthenticationOptions BuildTls(X509Certificate2? certificate)
    {
        SslClientAuthenticationOptions tls = _anchors is { } anchors && !_configuration.SkipTlsVerify
            ? ServerTrust.By(anchors)
            : new SslClientAuthenticationOptions();
        if (certificate is not null)
        {
            tls.ClientCertificateContext = SslStreamCertificateContext.Create(certificate, additionalCertificates: null, offline: true);
        }

        if (_configuration.SkipTlsVerify)
        {
#pragma warning disable CA5359 // the kubeconfig says so in so many words, and a warning is logged
            tls.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
#pragma warning restore CA5359
        }

        return tls;
    }

    // The file first: what was read of it is as old as the process.
    private static Func<X509Certificate2Collection>? Anchors(KubernetesClientConfiguration configuration, Action<string>? warn)
    {
        if (configuration.CertificateAuthorityFile is { } path)
        {
            try
            {
                return new TrustFile(path, warn).Certificates;
            }
            catch (Exception e) when (configuration.CertificateAuthorities is not null && e is IOException or UnauthorizedAccessException or CryptographicException)
            {
                // It was good when the configuration was read.
            }
        }

        return configuration.CertificateAuthorities is { Count: > 0 } roots ? () => roots : null;
    }
}
