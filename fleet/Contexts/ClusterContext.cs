using Onboarding.Api;
using Onboarding.Kubernetes;

namespace Onboarding.Fleet.Contexts;

/// <summary>
/// Which cluster the fleet cmdlets work on, and in which namespace. A kubeconfig is often another's: sent by mail, or written by a cluster's tool.
/// Its texts are shown, so they are cleaned as they come in; it is read by the name as it is written there.
/// </summary>
public sealed record ClusterContext
{
    /// <summary>Name, as messages and <c>-WhatIf</c> give it.</summary>
    public required string Name { get; init => field = ForeignText.Clean(value); }

    /// <summary>The cluster's name.</summary>
    public string Cluster { get; init => field = ForeignText.Clean(value); } = "";

    /// <summary>Namespace where none is given.</summary>
    public string Namespace { get; init => field = ForeignText.Clean(value); } = DefaultNamespace;

    /// <summary>Address of the onboarding endpoint, if it was given; for what dials it.</summary>
    public string? Endpoint { get; init => field = ForeignText.CleanIfAny(value); }

    /// <summary>What chose it: a cmdlet, or <c>kubeconfig</c>, or <c>pod</c>.</summary>
    public required string Source { get; init => field = ForeignText.Clean(value); }

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
