using System.Security.Cryptography.X509Certificates;

namespace Onboarding.Kubernetes.Configuration;

/// <summary>Makes a configuration of the chosen context of a kubeconfig.</summary>
internal static class KubeconfigSelection
{
    public static KubernetesClientConfiguration Build(Kubeconfig kubeconfig, string? contextName, string? server)
    {
        contextName ??= kubeconfig.CurrentContext ?? throw kubeconfig.NoContext();
        KubeconfigEntry context = kubeconfig.Context(contextName);
        KubeconfigEntry cluster = kubeconfig.Cluster(context.Text("cluster") ?? throw context.Wrong("cluster", "is missing"));
        KubeconfigUser user = context.Text("user") is { } name ? KubeconfigUser.Read(kubeconfig.User(name), cluster) : KubeconfigUser.Anonymous;
        return new KubernetesClientConfiguration
        {
            Host = Server(cluster, server),
            CurrentContext = contextName,
            Namespace = context.Text("namespace"),
            CertificateAuthorities = Authorities(cluster),
            CertificateAuthorityFile = cluster.Base64("certificate-authority-data") is null ? cluster.Path("certificate-authority") : null,
            TlsServerName = cluster.Text("tls-server-name"),
            SkipTlsVerify = cluster.Flag("insecure-skip-tls-verify"),
            Proxy = Proxy(cluster),
            AccessToken = user.Token,
            AccessTokenFile = user.TokenFile,
            Username = user.Username,
            Password = user.Password,
            ClientCertificate = user.Certificate,
            ClientCertificateFile = user.CertificateFile,
            ClientKeyFile = user.KeyFile,
            Exec = user.Exec,
            Impersonation = user.Impersonation,
        };
    }

    private static string Server(KubeconfigEntry cluster, string? instead)
    {
        string text = instead ?? cluster.Text("server") ?? throw cluster.Wrong("server", "is missing");
        bool isUrl = Uri.TryCreate(text, UriKind.Absolute, out Uri? url) && url.Scheme is "https" or "http";
        return isUrl && url!.Query.Length == 0 && url.UserInfo.Length == 0
            ? text
            : throw cluster.Wrong("server", "must be like https://host:6443");
    }

    private static X509Certificate2Collection? Authorities(KubeconfigEntry cluster)
    {
        string? data = cluster.Base64("certificate-authority-data");
        string? file = cluster.Path("certificate-authority");
        if (cluster.Flag("insecure-skip-tls-verify") && (data ?? file) is not null)
        {
            // One of the two is a mistake, and which one can't be guessed without risk.
            throw cluster.Wrong("insecure-skip-tls-verify", "can't be set together with a certificate authority; remove one of them");
        }

        // Inline data goes before a file, as everywhere in a kubeconfig.
        return data is not null ? Pem.ParseCertificates(data, $"{cluster.Place}.certificate-authority-data")
            : file is not null ? Pem.ReadCertificates(file, $"{cluster.Place}.certificate-authority")
            : null;
    }

    private static Uri? Proxy(KubeconfigEntry cluster)
    {
        if (cluster.Text("proxy-url") is not { } text)
        {
            return null;
        }

        return Uri.TryCreate(text, UriKind.Absolute, out Uri? url) && url.Scheme is "http" or "https" or "socks5"
            ? url
            : throw cluster.Wrong("proxy-url", "must be like http://host:3128, https://… or socks5://…");
    }
}
