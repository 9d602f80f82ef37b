using Onboarding.Api;
using Onboarding.Api.Identity;
using Onboarding.Api.Policies;
using Onboarding.Kubernetes;
using Onboarding.Plane.Cluster;
using Onboarding.Plane.Refusals;

namespace Onboarding.Endpoint.Admissions;

/// <summary>
/// A join token vouches for its member for as long as it is there, as an issuer does. Attack: a token was stolen, and is deleted; the machine that
/// used it goes on with the onboarding token and the session that it got by it.
/// </summary>
internal sealed class JoinTokenGate(KubernetesClient client, ResourceInformer<JoinToken> tokens)
{
    /// <summary>Refuses a workload whose join token was deleted. One that isn't known here is asked for: it may be new.</summary>
    /// <param name="identity">Whose it is.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="RefusedException">The token is gone.</exception>
    public async Task CheckAsync(WorkloadIdentity identity, CancellationToken cancellationToken)
    {
        if (identity.JoinToken is not { } token || IsThere(tokens.Get(token.Namespace, token.Name)))
        {
            return;
        }

        KubernetesList<JoinToken> stored = await client.ListAsync<JoinToken>(token.Namespace, ClusterState.Named(token.Name), cancellationToken);
        if (!stored.Items.Any(IsThere))
        {
            throw Refuse.Denied(
                Reasons.CredentialUnknown,
                $"The join token {token.Namespace}/{token.Name} that this machine joined by was deleted. Have a new one made: onboarding-endpoint join-token create");
        }
    }

    private static bool IsThere(JoinToken? token) => token is { Metadata.DeletionTimestamp: null };
}
