namespace Onboarding.Kubernetes;

/// <summary>Where configuration is looked for.</summary>
public sealed record KubernetesEnvironment
{
    /// <summary>The process's own.</summary>
    public static KubernetesEnvironment Current { get; } = new();

    /// <summary>Environment variables by name.</summary>
    public Func<string, string?> Variable { get; init; } = Environment.GetEnvironmentVariable;

    /// <summary>The user's home directory; <c>.kube/config</c> in it is the default kubeconfig.</summary>
    public string HomeDirectory { get; init; } = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);

    /// <summary>Where a pod finds its token, CA certificate and namespace.</summary>
    public string ServiceAccountDirectory { get; init; } = "/var/run/secrets/kubernetes.io/serviceaccount";

    internal string DefaultKubeconfig => Path.Combine(HomeDirectory, ".kube", "config");
}
