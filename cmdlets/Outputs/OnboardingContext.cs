using Onboarding.Fleet.Contexts;

namespace Onboarding.Cmdlets;

/// <summary>Which cluster the fleet cmdlets work on, and in which namespace.</summary>
public sealed class OnboardingContext
{
    internal OnboardingContext(ClusterContext context, bool current)
    {
        Current = current;
        Name = context.Name;
        Cluster = context.Cluster;
        Namespace = context.Namespace;
        Endpoint = context.Endpoint;
        Source = context.Source;
        KubeConfig = context.KubeConfig;
    }

    /// <summary>True for the one in force.</summary>
    public bool Current { get; }

    /// <summary>Name.</summary>
    public string Name { get; }

    /// <summary>The cluster's name.</summary>
    public string Cluster { get; }

    /// <summary>Namespace where none is given.</summary>
    public string Namespace { get; }

    /// <summary>Address of the onboarding endpoint, if it was given.</summary>
    public string? Endpoint { get; }

    /// <summary>What chose it.</summary>
    public string Source { get; }

    /// <summary>The kubeconfig; null for those kubectl would read.</summary>
    public string? KubeConfig { get; }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
