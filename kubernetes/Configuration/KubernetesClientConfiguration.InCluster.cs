namespace Onboarding.Kubernetes;

public sealed partial class KubernetesClientConfiguration
{
    /// <summary>True in a pod that has a service account's token.</summary>
    /// <param name="environment">Where to look; null for the process's own.</param>
    public static bool IsInCluster(KubernetesEnvironment? environment = null)
    {
        environment ??= KubernetesEnvironment.Current;
        return !string.IsNullOrEmpty(environment.Variable("KUBERNETES_SERVICE_HOST"))
            && !string.IsNullOrEmpty(environment.Variable("KUBERNETES_SERVICE_PORT"))
            && File.Exists(Path.Combine(environment.ServiceAccountDirectory, "token"));
    }

    /// <summary>The configuration of a pod: the token in its file is read again as the kubelet renews it.</summary>
    /// <param name="environment">Where to look; null for the process's own.</param>
    /// <exception cref="KubeConfigException">This isn't a pod, or it has no token.</exception>
    public static KubernetesClientConfiguration InClusterConfig(KubernetesEnvironment? environment = null)
    {
        environment ??= KubernetesEnvironment.Current;
        string directory = environment.ServiceAccountDirectory;
        if (!IsInCluster(environment))
        {
            throw new KubeConfigException(
                $"Not in a pod with a service account: KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT must be set and {directory}/token must exist. "
                + "In a pod, set automountServiceAccountToken: true; elsewhere, point KUBECONFIG at a kubeconfig.");
        }

        string host = environment.Variable("KUBERNETES_SERVICE_HOST")!;
        string port = environment.Variable("KUBERNETES_SERVICE_PORT")!;
        string namespaceFile = Path.Combine(directory, "namespace");
        return new KubernetesClientConfiguration
        {
            Host = $"https://{(host.Contains(':', StringComparison.Ordinal) ? $"[{host}]" : host)}:{port}",
            CertificateAuthorityFile = Path.Combine(directory, "ca.crt"),
            CertificateAuthorities = Pem.ReadCertificates(Path.Combine(directory, "ca.crt"), "the pod's CA certificate"),
            AccessTokenFile = Path.Combine(directory, "token"),
            Namespace = File.Exists(namespaceFile) ? File.ReadAllText(namespaceFile).Trim() : null,
        };
    }
}
