using Onboarding.Kubernetes;
using Onboarding.Laptop.Sample;

namespace Onboarding.Quickstart.Demo;

/// <summary>What a platform engineer sets up once: a group to join, who may join it, and whose tokens count.</summary>
internal sealed class DemoMesh(KubernetesClient kubernetes)
{
    public const string Namespace = BookinfoMesh.Namespace;
    public const string Group = BookinfoMesh.Group;
    private readonly BookinfoMesh _mesh = new(kubernetes, "quickstart");

    /// <summary>Applies Bookinfo's group and the service account its members will have.</summary>
    public Task ApplyGroupAsync(CancellationToken cancellationToken) => _mesh.ApplyGroupAsync(cancellationToken);

    /// <summary>Applies the policy that lets the demonstration's workload join.</summary>
    public Task ApplyPolicyAsync(CancellationToken cancellationToken) => _mesh.ApplyPolicyAsync(cancellationToken);

    /// <summary>Tells the plane whose tokens count, and to give a leaving workload less time than production would.</summary>
    public Task TrustAsync(DemoIssuer issuer, CancellationToken cancellationToken) =>
        _mesh.TrustAsync(issuer.Url, issuer.KeySet, TimeSpan.FromSeconds(2), cancellationToken);
}
