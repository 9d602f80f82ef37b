using Onboarding.Kubernetes.Configuration;

namespace Onboarding.Kubernetes;

public sealed partial class KubernetesClientConfiguration
{
    /// <summary>
    /// The configuration kubectl would use: the files that <c>KUBECONFIG</c> lists, merged, those that don't exist left out; else
    /// <c>~/.kube/config</c>; else, in a pod, its service account.
    /// </summary>
    /// <param name="environment">Where to look; null for the process's own.</param>
    /// <exception cref="KubeConfigException">There is none, or it is wrong.</exception>
    public static KubernetesClientConfiguration BuildDefaultConfig(KubernetesEnvironment? environment = null)
    {
        environment ??= KubernetesEnvironment.Current;
        string? listed = environment.Variable("KUBECONFIG");
        if (!string.IsNullOrWhiteSpace(listed))
        {
            string[] files = [.. listed.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries).Where(File.Exists)];
            return files.Length > 0
                ? KubeconfigSelection.Build(Kubeconfig.Read(files), null, null)
                : throw new KubeConfigException($"KUBECONFIG names no file that exists: {listed}. Correct it, or unset it.");
        }

        if (File.Exists(environment.DefaultKubeconfig))
        {
            return BuildConfigFromConfigFile(environment.DefaultKubeconfig);
        }

        return IsInCluster(environment)
            ? InClusterConfig(environment)
            : throw new KubeConfigException(
                $"No Kubernetes cluster is configured: KUBECONFIG isn't set, {environment.DefaultKubeconfig} doesn't exist, and this isn't a pod with a service account. "
                + "Set KUBECONFIG to a kubeconfig, or start a plane on this machine: onboarding-lab");
    }

    /// <summary>The configuration in one kubeconfig.</summary>
    /// <param name="kubeconfigPath">The file; null for <c>~/.kube/config</c>.</param>
    /// <param name="currentContext">Context to use instead of the file's own; null for that.</param>
    /// <param name="masterUrl">Server to use instead of the context's; null for that.</param>
    /// <exception cref="KubeConfigException">It can't be read, or is wrong.</exception>
    public static KubernetesClientConfiguration BuildConfigFromConfigFile(
        string? kubeconfigPath = null, string? currentContext = null, string? masterUrl = null) =>
        KubeconfigSelection.Build(
            Kubeconfig.Read([kubeconfigPath ?? KubernetesEnvironment.Current.DefaultKubeconfig]), currentContext, masterUrl);
}
