using Onboarding.Api;
using Onboarding.Kubernetes;

namespace Onboarding.Fleet.Contexts;

/// <summary>Finds the context a cmdlet is to work on.</summary>
public static class ContextFinder
{
    /// <summary>Source of a context that no one connected.</summary>
    public const string FromKubeconfig = "kubeconfig";

    /// <summary>
    /// What the parameters name; else the connected one; else what kubectl would use. The cluster isn't asked anything.
    /// </summary>
    /// <param name="name">Name of a context, or of a plane that runs in this process; null if not given.</param>
    /// <param name="kubeConfig">A kubeconfig; null if not given.</param>
    /// <param name="ns">Namespace instead of the context's; null if not given.</param>
    /// <exception cref="KubeConfigException">There is none.</exception>
    public static ClusterContext Find(string? name, string? kubeConfig, string? ns)
    {
        ClusterContext found = (name, kubeConfig) switch
        {
            (null, null) => ConnectedContext.Current ?? OfKubeconfig(null, null),
            ({ } given, null) => Known(given) ?? OfKubeconfig(given, null),
            _ => OfKubeconfig(name, kubeConfig),
        };
        return string.IsNullOrEmpty(ns) ? found : found with { Namespace = ns };
    }

    /// <summary>Every context there is: the connected one and the planes of this process first, then those of the kubeconfigs.</summary>
    /// <param name="kubeConfig">A kubeconfig; null for those kubectl would read.</param>
    public static IReadOnlyList<ClusterContext> List(string? kubeConfig)
    {
        IEnumerable<ClusterContext> connected = ConnectedContext.Current is { } current ? [current] : [];
        IEnumerable<ClusterContext> mine = connected.Concat(ProcessContexts.All);
        IEnumerable<ClusterContext> listed = KubernetesClientConfiguration.ListContexts(kubeConfig).Select(c => Create(c, kubeConfig));
        return [.. mine.Concat(listed).DistinctBy(c => (c.Name, c.KubeConfig))];
    }

    /// <summary>True if both are the same context of the same kubeconfig.</summary>
    public static bool IsSame(ClusterContext one, ClusterContext other)
    {
        ArgumentNullException.ThrowIfNull(one);
        ArgumentNullException.ThrowIfNull(other);
        return one.Name == other.Name && one.KubeConfig == other.KubeConfig;
    }

    private static ClusterContext? Known(string name) =>
        ConnectedContext.Current is { } current && current.Name == name ? current : ProcessContexts.Find(name);

    private static ClusterContext OfKubeconfig(string? name, string? kubeConfig)
    {
        IReadOnlyList<KubeconfigContext> contexts = KubernetesClientConfiguration.ListContexts(kubeConfig);
        // By the name as it is written, else as it was shown: that is what people copy and what completion offers.
        if ((contexts.FirstOrDefault(c => name is null ? c.IsCurrent : c.Name == name)
            ?? contexts.FirstOrDefault(c => ForeignText.Clean(c.Name) == name)) is { } listed)
        {
            return Create(listed, kubeConfig);
        }

        // Says what is missing, in which file, and what there is instead; or finds the pod's own service account.
        KubernetesClientConfiguration configuration = (name, kubeConfig) switch
        {
            ({ } given, _) => KubernetesClientConfiguration.BuildConfigFromContext(given, kubeConfig),
            (null, { } file) => KubernetesClientConfiguration.BuildConfigFromConfigFile(file),
            (null, null) => KubernetesClientConfiguration.BuildDefaultConfig(),
        };
        return new ClusterContext
        {
            Name = configuration.CurrentContext ?? "in-cluster",
            Cluster = new Uri(configuration.Host).Authority,
            Namespace = configuration.Namespace ?? ClusterContext.DefaultNamespace,
            Source = "pod",
        };
    }

    private static ClusterContext Create(KubeconfigContext context, string? kubeConfig) => new()
    {
        Name = context.Name,
        Cluster = context.Cluster,
        Namespace = context.Namespace ?? ClusterContext.DefaultNamespace,
        Source = FromKubeconfig,
        KubeConfig = kubeConfig,
        ContextInFile = context.Name,
    };
}
