using Onboarding.Kubernetes.Configuration;

namespace Onboarding.Kubernetes;

public sealed partial class KubernetesClientConfiguration
{
    /// <summary>The contexts there are to choose from, by name.</summary>
    /// <param name="kubeconfigPath">The file; null for those kubectl would read, none of which needs to exist.</param>
    /// <param name="environment">Where to look; null for the process's own.</param>
    /// <exception cref="KubeConfigException">A file can't be read, or is wrong.</exception>
    public static IReadOnlyList<KubeconfigContext> ListContexts(string? kubeconfigPath = null, KubernetesEnvironment? environment = null) =>
        Kubeconfig.Read(FilesOf(kubeconfigPath, environment ?? KubernetesEnvironment.Current)).ListContexts();

    /// <summary>The configuration of one context, in one kubeconfig or in those kubectl would read.</summary>
    /// <param name="context">Its name.</param>
    /// <param name="kubeconfigPath">The file; null for those kubectl would read.</param>
    /// <param name="environment">Where to look; null for the process's own.</param>
    /// <exception cref="KubeConfigException">There is no such context, or it is wrong.</exception>
    public static KubernetesClientConfiguration BuildConfigFromContext(
        string context, string? kubeconfigPath = null, KubernetesEnvironment? environment = null) =>
        KubeconfigSelection.Build(Kubeconfig.Read(FilesOf(kubeconfigPath, environment ?? KubernetesEnvironment.Current)), context, null);

    private static IEnumerable<string> FilesOf(string? path, KubernetesEnvironment environment)
    {
        if (path is not null)
        {
            return [path];
        }

        string? listed = environment.Variable("KUBECONFIG");
        string[] files = string.IsNullOrWhiteSpace(listed)
            ? [environment.DefaultKubeconfig]
            : listed.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return files.Where(File.Exists);
    }
}

/// <summary>A context of a kubeconfig, as <c>kubectl config get-contexts</c> lists it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Cluster">Name of its cluster; empty if it names none.</param>
/// <param name="Namespace">Its namespace; null if it names none.</param>
/// <param name="IsCurrent">True for the current context.</param>
/// <param name="File">The file that defines it.</param>
public sealed record KubeconfigContext(string Name, string Cluster, string? Namespace, bool IsCurrent, string File);
