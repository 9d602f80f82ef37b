using Onboarding.Plane.Cluster;

namespace Onboarding.Endpoint.BootConfiguration;

/// <summary>
/// Says when something that boot configurations are made of may have changed: root certificates, revocation lists, mesh configuration, groups, the
/// gateway, networks, revision tags. Whether it makes a difference is for anyone who makes them again.
/// </summary>
internal sealed class BootInputs
{
    private const string IstioPrefix = "istio";

    public BootInputs(ClusterState cluster, MeshState mesh, GatewayAddresses gateway)
    {
        mesh.RootCertificates.Changed += _ => Changed?.Invoke();
        mesh.RevocationLists.Changed += _ => Changed?.Invoke();
        cluster.Groups.Changed += _ => Changed?.Invoke();
        mesh.Services.Changed += _ => Changed?.Invoke();
        mesh.Namespaces.Changed += _ => Changed?.Invoke();
        mesh.RevisionTags.Changed += _ => Changed?.Invoke();
        gateway.Changed += () => Changed?.Invoke();

        // Others in the namespace may change every second.
        mesh.ConfigMaps.Changed += change =>
        {
            if (change.Resource.Metadata.Name.StartsWith(IstioPrefix, StringComparison.Ordinal))
            {
                Changed?.Invoke();
            }
        };
    }

    /// <summary>Raised on any thread.</summary>
    public event Action? Changed;
}
