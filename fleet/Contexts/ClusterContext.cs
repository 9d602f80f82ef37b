using Onboarding.Kubernetes;

namespace Onboarding.Fleet.Contexts;

/// <summary>Which cluster the fleet cmdlets work on, and in which namespace.</summary>
public sealed record ClusterContext
{
    /// <summary>Name, as messages and <c>-WhatIf</c> give it.</summary>
    public required string Name { get; init; }

    /// <summary>The cluster's name.</summary>
    public string Cluster { get; init; } = "";

    /// <summary>Namespace where none is given.</summary>
    public string Namespace { get; init; } = DefaultNamespace;

    /// <summary>Address of the onboarding endpoint, if it was given; for what dials it.</summary>
    public string? Endpoint { get; init; }

    /// <summary>What chose it: a cmdlet, or <c>kubeconfig</c>, or <c>pod</c>.</summary>
    public required string Source { get; init; }

    /// <summary>The kubeconfig; null for those kubectl would read.</summary>
    public string? KubeConfig { get; init; }

    /// <summary>Name of the context in the kubeconfig; null for its current one.</summary>
    public string? ContextInFile { get; init; }

    /// <summary>Namespace that kubectl takes where none is said.</summary>
    public const string DefaultNamespace = "default";

    /// <summary>Server and credentials, read again each time: kubeconfigs change while a shell is open.</summary>
    /// <exception cref="KubeConfigException">It can't be used.</exception>
    public KubernetesClientConfiguration Configure() => (ContextInFile, KubeConfig) switch
    {
        ({ } name, var file) => KubernetesClientConfiguration.BuildConfigFromContext(name, file),
        (null, { } file) => KubernetesClientConfiguration.BuildConfigFromConfigFile(file),
        (null, null) => KubernetesClientConfiguration.BuildDefaultConfig(),
    };
}
