using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;

namespace Onboarding.Kubernetes.Configuration;

/// <summary>The credentials of a user of a kubeconfig. Not a record, so that nothing prints it.</summary>
internal sealed class KubeconfigUser
{
    public static KubeconfigUser Anonymous { get; } = new();

    public string? Token { get; private init; }

    public string? TokenFile { get; private init; }

    public string? Username { get; private init; }

    public string? Password { get; private init; }

    public X509Certificate2? Certificate { get; private init; }

    public string? CertificateFile { get; private init; }

    public string? KeyFile { get; private init; }

    public ExecCredentialPlugin? Exec { get; private init; }

    public Impersonation? Impersonation { get; private init; }

    public static KubeconfigUser Read(KubeconfigEntry user, KubeconfigEntry cluster)
    {
        RefuseAuthProvider(user);
        (X509Certificate2? certificate, string? certificateFile, string? keyFile) = ReadCertificate(user);
        return new KubeconfigUser
        {
            Token = user.Text("token"),
            TokenFile = user.Path("tokenFile"),
            Username = user.Text("username"),
            Password = user.Text("password"),
            Certificate = certificate,
            CertificateFile = certificateFile,
            KeyFile = keyFile,
            Exec = KubeconfigExec.Read(user, cluster),
            Impersonation = ReadImpersonation(user),
        };
    }

    private static void RefuseAuthProvider(KubeconfigEntry user)
    {
        if (user.Json.Object("auth-provider") is not { } provider)
        {
            return;
        }

        string name = provider.Text("name") ?? "?";
        string instead = name switch
        {
            "gcp" => "gke-gcloud-auth-plugin: gcloud container clusters get-credentials CLUSTER writes it",
            "azure" => "kubelogin: kubelogin convert-kubeconfig rewrites the kubeconfig",
            "oidc" => "an exec plugin such as kubectl oidc-login (kubelogin): kubectl oidc-login setup prints the entry",
            _ => "an exec plugin",
        };
        throw user.Wrong("auth-provider", $"('{name}') is not supported; Kubernetes removed these in 1.26. Use {instead}");
    }

    private static (X509Certificate2? Certificate, string? CertificateFile, string? KeyFile) ReadCertificate(KubeconfigEntry user)
    {
        string? certificate = user.Base64("client-certificate-data");
        string? key = user.Base64("client-key-data");
        string? certificateFile = user.Path("client-certificate");
        string? keyFile = user.Path("client-key");
        if ((certificate ?? certificateFile) is null != ((key ?? keyFile) is null))
        {
            throw user.Wrong("client-certificate", "and client-key go together; one of them is missing");
        }

        if (certificate is null && key is null)
        {
            return (null, certificateFile, keyFile); // of which there may be none
        }

        certificate ??= Pem.ReadFile(certificateFile!, $"{user.Place}.client-certificate");
        key ??= Pem.ReadFile(keyFile!, $"{user.Place}.client-key");
        return (Pem.ParsePair(certificate, key, $"{user.Place}.client-certificate-data with client-key-data"), null, null);
    }

    private static Impersonation? ReadImpersonation(KubeconfigEntry user)
    {
        IReadOnlyList<string> groups = user.Json.Texts("as-groups");
        JsonObject extra = user.Json.Object("as-user-extra") ?? [];
        if (user.Text("as") is not { } name)
        {
            return groups.Count == 0 && extra.Count == 0 && user.Text("as-uid") is null
                ? null
                : throw user.Wrong("as", "is missing, yet as-uid, as-groups or as-user-extra is set");
        }

        return new Impersonation
        {
            User = name,
            Uid = user.Text("as-uid"),
            Groups = groups,
            Extra = extra.ToDictionary(pair => pair.Key, pair => extra.Texts(pair.Key)),
        };
    }
}
