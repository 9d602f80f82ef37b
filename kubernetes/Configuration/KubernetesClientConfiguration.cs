using System.Security.Cryptography.X509Certificates;

namespace Onboarding.Kubernetes;

/// <summary>
/// Which API server to talk to, and as whom. Ours, because the package's ignores <c>proxy-url</c> and <c>as:</c>, refuses
/// <c>tokenFile</c>, and can't be loaded into a PowerShell session in time. Names are the package's.
/// </summary>
public sealed partial class KubernetesClientConfiguration
{
    /// <summary>
    /// Address of the server: <c>https://</c>, or <c>http://</c>, over which no credential is ever sent. May have a path.
    /// </summary>
    public required string Host { get; init; }

    /// <summary>Name of the kubeconfig context in use; null if there is no kubeconfig.</summary>
    public string? CurrentContext { get; init; }

    /// <summary>Namespace of the context; null if it names none.</summary>
    public string? Namespace { get; init; }

    /// <summary>Roots that alone are trusted to sign the server's certificate; null for those of the system.</summary>
    public X509Certificate2Collection? CertificateAuthorities { get; init; }

    /// <summary>PEM file of <see cref="CertificateAuthorities"/>, read again at each handshake; null if they aren't from a file.</summary>
    public string? CertificateAuthorityFile { get; init; }

    /// <summary>Name to expect in the server's certificate, and to send as server name; null for that of <see cref="Host"/>.</summary>
    public string? TlsServerName { get; init; }

    /// <summary>True to accept any certificate. Only ever set because a kubeconfig says so.</summary>
    public bool SkipTlsVerify { get; init; }

    /// <summary>Proxy: <c>http</c>, <c>https</c> or <c>socks5</c>; null for what the environment says.</summary>
    public Uri? Proxy { get; init; }

    /// <summary>Bearer token.</summary>
    public string? AccessToken { get; init; }

    /// <summary>File that holds the bearer token; read again as it changes. Goes before <see cref="AccessToken"/>.</summary>
    public string? AccessTokenFile { get; init; }

    /// <summary>User name for basic authentication.</summary>
    public string? Username { get; init; }

    /// <summary>Password for basic authentication.</summary>
    public string? Password { get; init; }

    /// <summary>Client certificate with its private key.</summary>
    public X509Certificate2? ClientCertificate { get; init; }

    /// <summary>PEM file of the client certificate; read again as it changes.</summary>
    public string? ClientCertificateFile { get; init; }

    /// <summary>PEM file of the client certificate's private key.</summary>
    public string? ClientKeyFile { get; init; }

    /// <summary>Program that makes credentials.</summary>
    public ExecCredentialPlugin? Exec { get; init; }

    /// <summary>Who to act as.</summary>
    public Impersonation? Impersonation { get; init; }

    /// <summary>Server and context, no credential.</summary>
    public override string ToString() => CurrentContext is null ? Host : $"{Host} (context {CurrentContext})";
}
