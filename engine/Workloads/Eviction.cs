using System.Text.Json.Nodes;
using Onboarding.Api;
using Onboarding.Api.Runtime;
using Onboarding.Kubernetes;

namespace Onboarding.Engine.Workloads;

/// <summary>Removes workloads from the mesh, from outside the machine they run on.</summary>
/// <param name="kubernetes">The cluster.</param>
public sealed class Eviction(KubernetesClient kubernetes)
{
    /// <summary>
    /// Deletes the registration, which takes the WorkloadEntry with it. The agent is told to stay out until it is started again,
    /// or with <paramref name="rejoin"/> joins anew at once.
    /// </summary>
    /// <param name="member">Whose.</param>
    /// <param name="rejoin">Only force it to join anew.</param>
    /// <param name="reason">Why, for its agent's log; null if nobody said.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    public async Task RemoveAsync(Member member, bool rejoin, string? reason, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(member);
        if (!rejoin)
        {
            var annotations = new JsonObject { [WellKnownAnnotations.StayOut] = reason ?? "unregistered by an operator" };
            await kubernetes.PatchAsync<WorkloadAutoRegistration>(
                member.Namespace,
                member.Name,
                // With the uid, so that a registration that was replaced meanwhile isn't marked.
                V1Patch.Merge(new JsonObject { ["metadata"] = new JsonObject { ["uid"] = member.Uid, ["annotations"] = annotations } }),
                cancellationToken: cancellationToken);
        }

        await kubernetes.DeleteAsync<WorkloadAutoRegistration>(
            member.Namespace, member.Name, new DeleteOptions { Uid = member.Uid }, cancellationToken);
    }
}
