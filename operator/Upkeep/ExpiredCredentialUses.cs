using Onboarding.Api.Runtime;
using Onboarding.Kubernetes;
using Onboarding.Operator.Loops;
using Onboarding.Plane.Cluster;

namespace Onboarding.Operator.Upkeep;

/// <summary>Removes the records of used one-use credentials once the credentials are worth nothing any more.</summary>
internal sealed class ExpiredCredentialUses(KubernetesClient client, ClusterState cluster, TimeProvider time) : Reconciler
{
    private const int PageSize = 500;

    // An endpoint whose clock is behind may still take the credential for good.
    private static readonly TimeSpan KeptAfterExpiry = TimeSpan.FromMinutes(5);

    public override string Name => "remove records of used credentials";

    public override TimeSpan Period { get; } = TimeSpan.FromMinutes(10);

    public override async Task<ReconcileResult> ReconcileAsync(CancellationToken cancellationToken)
    {
        // Read page by page, not followed: there may be very many, and no decision of the leader depends on them.
        string? next = null;
        do
        {
            KubernetesList<CredentialUse> page = await client.ListAsync<CredentialUse>(
                cluster.PlaneNamespace, new ListOptions { Limit = PageSize, Continue = next }, cancellationToken);
            foreach (CredentialUse use in page.Items.Where(u => u.Spec is { } spec && spec.ExpiresAt + KeptAfterExpiry < time.GetUtcNow()))
            {
                await RemoveAsync(use, cancellationToken);
            }

            next = page.Continue;
        }
        while (!string.IsNullOrEmpty(next));
        return ReconcileResult.Done;
    }

    private async Task RemoveAsync(CredentialUse use, CancellationToken cancellationToken)
    {
        try
        {
            await client.DeleteAsync<CredentialUse>(
                cluster.PlaneNamespace, use.Metadata.Name!, new DeleteOptions { Uid = use.Metadata.Uid }, cancellationToken);
        }
        catch (KubernetesException e) when (e.IsNotFound || e.IsConflict)
        {
            // It is gone already.
        }
    }
}
