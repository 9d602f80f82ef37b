using System.Security.Cryptography.X509Certificates;

namespace Onboarding.Kubernetes.Authentication;

/// <summary>The configured client certificate; from files, it is read again when they change.</summary>
internal sealed class ClientCertificate
{
    private readonly Lock _lock = new();
    private readonly string? _certificateFile;
    private readonly string? _keyFile;
    private X509Certificate2? _current;
    private (DateTime Certificate, DateTime Key) _readAt;

    public ClientCertificate(KubernetesClientConfiguration configuration)
    {
        _current = configuration.ClientCertificate;
        if (_current is null)
        {
            _certificateFile = configuration.ClientCertificateFile;
            _keyFile = configuration.ClientKeyFile ?? _certificateFile;
        }
    }

    private ClientCertificate()
    {
    }

    public static ClientCertificate None { get; } = new();

    /// <summary>The same instance until the files change: a new one costs new connections.</summary>
    public X509Certificate2? Get()
    {
        if (_certificateFile is null || _keyFile is null)
        {
            return _current;
        }

        lock (_lock)
        {
            (DateTime, DateTime) changedAt = (File.GetLastWriteTimeUtc(_certificateFile), File.GetLastWriteTimeUtc(_keyFile));
            if (_current is null || changedAt != _readAt)
            {
                _current = Read(_certificateFile, _keyFile);
                _readAt = changedAt;
            }

            return _current;
        }
    }

    private X509Certificate2 Read(string certificateFile, string keyFile)
    {
        try
        {
            string certificate = Pem.ReadFile(certificateFile, "the client certificate");
            string key = Pem.ReadFile(keyFile, "the client certificate's private key");
            return Pem.ParsePair(certificate, key, $"The client certificate {certificateFile} with {keyFile}");
        }
        catch (KubeConfigException) when (_current is not null)
        {
            return _current; // caught between the writing of one file and of the other; the next request looks again
        }
    }
}
