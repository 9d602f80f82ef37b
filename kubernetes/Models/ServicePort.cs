namespace Onboarding.Kubernetes.Models;

/// <summary>A port of a service.</summary>
/// <param name="Name">Its name; null if the service has only one.</param>
/// <param name="Port">The number clients use.</param>
public sealed record ServicePort(string? Name, int Port)
{
    /// <summary>The number at which every node takes it; null unless the service is a <c>NodePort</c>.</summary>
    public int? NodePort { get; init; }
}
