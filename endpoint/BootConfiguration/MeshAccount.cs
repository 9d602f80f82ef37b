namespace Onboarding.Endpoint.BootConfiguration;

/// <summary>Who a sidecar is in the mesh.</summary>
/// <param name="Namespace">Namespace of the service account.</param>
/// <param name="Name">The service account.</param>
/// <param name="SpiffeId">What istiod calls it.</param>
internal sealed record MeshAccount(string Namespace, string Name, string SpiffeId);
