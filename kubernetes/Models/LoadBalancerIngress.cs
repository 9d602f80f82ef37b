namespace Onboarding.Kubernetes.Models;

/// <summary>An address of a load balancer.</summary>
/// <param name="Ip">IP address; null if it has a name.</param>
/// <param name="Hostname">Name; null if it has an address.</param>
public sealed record LoadBalancerIngress(string? Ip, string? Hostname);
