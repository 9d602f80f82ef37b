using Onboarding.Api;
using Onboarding.Api.Identity;
using Onboarding.Api.Meta;
using Onboarding.Api.Proofs;
using Onboarding.Api.Runtime;
using Onboarding.Kubernetes;
using Onboarding.Plane.Cluster;
using Onboarding.Plane.Refusals;

namespace Onboarding.Endpoint.Authentication;

/// <summary>
/// Sees to it that a one-use credential serves one key only, at all replicas and across restarts: its use is an object whose
/// name is made of the credential, and of any number of machines that create it at once the API server lets one succeed
/// (SPIRE 1.14.6 deleted a join token without looking whether there was one to delete, and two got in).
/// </summary>
internal sealed class CredentialUses(KubernetesClient client, ClusterState cluster)
{
    /// <summary>
    /// Claims a credential for a key. The key that has it may present it again: an answer can get lost, and a platform may give
    /// its machine the same token for hours.
    /// </summary>
    /// <param name="workload">Who was authenticated, and admitted by a policy.</param>
    /// <param name="key">The agent's key.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="RefusedException">Another key used the credential.</exception>
    public async Task ConsumeAsync(AuthenticatedWorkload workload, AgentPublicKey key, CancellationToken cancellationToken)
    {
        if (workload.OneUse is not { } use)
        {
            return;
        }

        string identity = CanonicalIdentity.Serialize(workload.BoundIdentity);
        try
        {
            await client.CreateAsync(
                new CredentialUse
                {
                    Metadata = new V1ObjectMeta
                    {
                        Name = use.Name,
                        Namespace = cluster.PlaneNamespace,
                        Labels = new Dictionary<string, string> { [WellKnownLabels.ManagedBy] = WellKnownLabels.PlaneManager },
                    },
                    Spec = new CredentialUseSpec { Identity = identity, Jkt = key.Thumbprint, ExpiresAt = use.ExpiresAt },
                },
                cancellationToken: cancellationToken);
        }
        catch (KubernetesException e) when (e.IsAlreadyExists)
        {
            CredentialUse first = await client.GetAsync<CredentialUse>(cluster.PlaneNamespace, use.Name, cancellationToken);
            if (first.Spec is not { } spec || spec.Jkt != key.Thumbprint || spec.Identity != identity)
            {
                throw Refuse.Denied(
                    Reasons.CredentialReplayed,
                    "The credential was used before, with another key: it is good for one machine. If it wasn't this machine that used it, "
                    + "another machine has it. Get a fresh one.",
                    $"used by {first.Spec?.Jkt} for {first.Spec?.Identity}, came with {key.Thumbprint}; credentialuse {use.Name}");
            }
        }
    }
}
