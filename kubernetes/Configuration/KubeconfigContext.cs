namespace Onboarding.Kubernetes;

/// <summary>A context of a kubeconfig, as <c>kubectl config get-contexts</c> lists it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Cluster">Name of its cluster; empty if it names none.</param>
/// <param name="Namespace">Its namespace; null if it names none.</param>
/// <param name="IsCurrent">True for the current context.</param>
/// <param name="File">The file that defines it.</param>
public sealed record KubeconfigContext(string Name, string Cluster, string? Namespace, bool IsCurrent, string File);
