using System.Text.Json.Nodes;
using Onboarding.Api;
using Onboarding.Api.Runtime;
using Onboarding.Fleet.Errors;
using Onboarding.Kubernetes;

namespace Onboarding.Fleet.Workloads;

/// <summary>Removes workloads from the mesh, from outside the machine they run on, and lets them back.</summary>
/// <param name="kubernetes">The cluster.</param>
/// <param name="time">The clock.</param>
public sealed class Eviction(KubernetesClient kubernetes, TimeProvider time)
{
    // Longer than it takes replicas to elect another leader.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// Removes a registration, and its WorkloadEntry with it. The plane does it, once it has noted that the machine is to stay out; if
    /// none is there to do so, the registration is deleted all the same.
    /// </summary>
    /// <param name="member">Whose.</param>
    /// <param name="reason">Why, for the machine; null if no one said.</param>
    /// <param name="cancellationToken">Cancels the waiting; what was asked of the plane it does.</param>
    /// <returns>False if no plane noted it: the machine may come back.</returns>
    public async Task<bool> RemoveAsync(Member member, string? reason, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(member);
        var annotations = new JsonObject { [WellKnownAnnotations.StayOut] = reason ?? "unregistered by an operator" };
        await kubernetes.PatchAsync<WorkloadAutoRegistration>(
            member.Namespace,
            member.Name,
            // With the uid, so that a registration that was replaced meanwhile isn't marked.
            V1Patch.Merge(new JsonObject { ["metadata"] = new JsonObject { ["uid"] = member.Uid, ["annotations"] = annotations } }),
            cancellationToken: cancellationToken);
        long asked = time.GetTimestamp();
        do
        {
            await Task.Delay(Pause, time, cancellationToken);
            WorkloadAutoRegistration? left = await kubernetes.TryGetAsync<WorkloadAutoRegistration>(member.Namespace, member.Name, cancellationToken);
            if (left?.Metadata.Uid != member.Uid)
            {
                return true;
            }
        }
        while (time.GetElapsedTime(asked) < Patience);

        await ForceRejoinAsync(member, cancellationToken);
        return false;
    }

    /// <summary>Deletes a registration, which takes its WorkloadEntry with it; its agent rejoins at once.</summary>
    /// <param name="member">Whose.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    public Task ForceRejoinAsync(Member member, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(member);
        return kubernetes.DeleteAsync<WorkloadAutoRegistration>(
            member.Namespace, member.Name, new DeleteOptions { Uid = member.Uid }, cancellationToken);
    }

    /// <summary>Lets a machine back that was removed: its agent joins when it asks again, within a minute.</summary>
    /// <param name="ns">Namespace of the registration it had.</param>
    /// <param name="name">Name of the registration it had.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <returns>False if none of that name was to stay out.</returns>
    public async Task<bool> LetBackAsync(string ns, string name, CancellationToken cancellationToken)
    {
        string registration = $"{ns}/{name}";
        bool found = false;
        KubernetesList<WorkloadKeyBinding> bindings = await kubernetes.ListAsync<WorkloadKeyBinding>(null, cancellationToken: cancellationToken);
        foreach (WorkloadKeyBinding binding in bindings.Items.Where(b => StayOutMarks.Names(b.Metadata, registration)))
        {
            found = true;
            WorkloadKeyBinding? known = binding;
            await Contention.RetryAsync(async () =>
            {
                WorkloadKeyBinding? current = known ?? await kubernetes.TryGetAsync<WorkloadKeyBinding>(binding.Metadata.Namespace, binding.Metadata.Name, cancellationToken);
                known = null;
                return current is null ? null : await WithoutMarkAsync(current, registration, cancellationToken);
            });
        }

        return found;
    }

    // With the version it was read with: another registration's mark must not be lost.
    private Task<WorkloadKeyBinding> WithoutMarkAsync(WorkloadKeyBinding binding, string registration, CancellationToken cancellationToken) =>
        kubernetes.PatchAsync<WorkloadKeyBinding>(
            binding.Metadata.Namespace,
            binding.Metadata.Name,
            V1Patch.Merge(new JsonObject
            {
                ["metadata"] = new JsonObject
                {
                    ["resourceVersion"] = binding.Metadata.ResourceVersion,
                    ["annotations"] = new JsonObject { [WellKnownAnnotations.StayOut] = StayOutMarks.Without(binding.Metadata, registration) },
                },
            }),
            cancellationToken: cancellationToken);
}
