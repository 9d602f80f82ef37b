using System.Text.Json.Nodes;
using Onboarding.Api;
using Onboarding.Api.Identity;
using Onboarding.Api.Istio;
using Onboarding.Api.Runtime;
using Onboarding.Kubernetes;
using Onboarding.Plane.Cluster;
using Onboarding.Plane.Refusals;

namespace Onboarding.Plane.Registrations;

/// <summary>Reads and writes registrations and their WorkloadEntries, with as few writes as there are changes.</summary>
internal sealed class RegistrationStore(KubernetesClient client, ClusterState cluster, TimeProvider time)
{
    private readonly RecentWrites _recent = new(cluster.Registrations, time);

    /// <summary>A registration; asks the API server only if neither the informer nor this instance's last writes know it.</summary>
    public async Task<WorkloadAutoRegistration?> FindAsync(string ns, string name, CancellationToken cancellationToken) =>
        _recent.Get(ns, name) ?? await client.TryGetAsync<WorkloadAutoRegistration>(ns, name, cancellationToken);

    /// <summary>True if a registration of that name is known here; the API server isn't asked.</summary>
    public bool Knows(string ns, string name) => _recent.Get(ns, name) is not null;

    /// <summary>Tells the store what was written of a registration elsewhere, its status.</summary>
    public WorkloadAutoRegistration Wrote(WorkloadAutoRegistration written) => _recent.Remember(written);

    /// <summary>Makes the registration, or brings it up to date.</summary>
    /// <param name="desired">As it would be created.</param>
    /// <param name="expectedUid">Uid the agent knows it by; empty if it doesn't.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The registration, and whether this call made it.</returns>
    /// <exception cref="RefusedException">The name belongs to another identity, or the registration was deleted.</exception>
    public async Task<(WorkloadAutoRegistration Member, bool IsNew)> PutAsync(
        WorkloadAutoRegistration desired,
        string expectedUid,
        CancellationToken cancellationToken)
    {
        string ns = desired.Metadata.Namespace!;
        string name = desired.Metadata.Name;
        WorkloadAutoRegistration? existing = cluster.Registrations.Get(ns, name);
        if (existing is null && expectedUid.Length > 0)
        {
            existing = await client.TryGetAsync<WorkloadAutoRegistration>(ns, name, cancellationToken);
        }

        if (expectedUid.Length > 0 && existing?.Metadata.Uid != expectedUid)
        {
            // A replay of an old call must not bring back what was deleted.
            throw Refuse.Precondition(
                Reasons.RegistrationDeleted, "The registration the agent knows was deleted. Join again from the start, without its uid.");
        }

        if (existing is null)
        {
            try
            {
                // The atomic claim: of several replicas and several workloads, one creates the object.
                return (_recent.Remember(await client.CreateAsync(desired, cancellationToken: cancellationToken)), true);
            }
            catch (KubernetesException e) when (e.IsAlreadyExists)
            {
                existing = await client.GetAsync<WorkloadAutoRegistration>(ns, name, cancellationToken);
            }
        }

        CheckSame(existing, desired);
        return JsonNode.DeepEquals(existing.ToJson()["spec"], desired.ToJson()["spec"])
            ? (existing, false)
            : (_recent.Remember(await client.UpdateAsync(existing with { Spec = desired.Spec }, cancellationToken: cancellationToken)), false);
    }

    /// <summary>
    /// The namespace's registrations that were there when a new one was stored, in the order in which the API server stored them: the
    /// same for every replica, whatever each has heard of.
    /// </summary>
    /// <param name="created">The new one.</param>
    /// <param name="arrival">What was expected before it was stored; null if nothing was, and then the API server is asked.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<IEnumerable<WorkloadAutoRegistration>> BeforeAsync(
        WorkloadAutoRegistration created, Arrivals.Arrival? arrival, CancellationToken cancellationToken)
    {
        if (arrival is not null && await arrival.BeforeAsync(created.Metadata.Uid!, time, cancellationToken) is { } seen)
        {
            return seen;
        }

        KubernetesList<WorkloadAutoRegistration> all = await client.ListAsync<WorkloadAutoRegistration>(
            created.Metadata.Namespace, new ListOptions { ResourceVersion = created.Metadata.ResourceVersion, IsExact = true }, cancellationToken);
        return all.Items.Where(m => m.Metadata.Uid != created.Metadata.Uid);
    }

    /// <summary>
    /// Makes the WorkloadEntry what it should be. Applying what is there already changes nothing, so the plane needn't follow
    /// WorkloadEntries, nor be allowed to read them in every namespace.
    /// </summary>
    /// <param name="desired">The entry.</param>
    /// <param name="isFirst">True for a new registration: an entry of its name that others wrote is another's, and isn't taken over.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="RefusedException">The name is taken.</exception>
    public async Task ApplyEntryAsync(WorkloadEntry desired, bool isFirst, CancellationToken cancellationToken)
    {
        try
        {
            await client.PatchAsync<WorkloadEntry>(
                desired.Metadata.Namespace,
                desired.Metadata.Name,
                V1Patch.Apply(desired.ToJson()),
                new PatchOptions { FieldManager = WellKnownLabels.PlaneManager, Force = !isFirst },
                cancellationToken);
        }
        catch (KubernetesException e) when (isFirst && e.Status.Details?.Causes.Any(c => c.Reason == "FieldManagerConflict") == true)
        {
            throw Refuse.Precondition(
                Reasons.NameConflict,
                "A WorkloadEntry of the registration's name is another's. Look at it with: "
                + $"kubectl -n {desired.Metadata.Namespace} get workloadentry {desired.Metadata.Name} -o yaml",
                e.Message);
        }
    }

    /// <summary>Takes a member out: first what clients see, then the record. Idempotent.</summary>
    public async Task DeleteAsync(WorkloadAutoRegistration registration, CancellationToken cancellationToken)
    {
        // The entry has the registration's name and no more: where another registration has that name by now, the entry is its.
        if ((await client.TryGetAsync<WorkloadAutoRegistration>(registration.Metadata.Namespace, registration.Metadata.Name, cancellationToken))
            ?.Metadata.Uid != registration.Metadata.Uid)
        {
            _recent.Forget(registration);
            return;
        }

        await TryDeleteAsync<WorkloadEntry>(registration, null, cancellationToken);
        await TryDeleteAsync<WorkloadAutoRegistration>(registration, registration.Metadata.Uid, cancellationToken);
        _recent.Forget(registration);
    }

    /// <summary>Takes the entry of a member away, which stays one. Idempotent.</summary>
    public Task DeleteEntryAsync(WorkloadAutoRegistration registration, CancellationToken cancellationToken) =>
        TryDeleteAsync<WorkloadEntry>(registration, null, cancellationToken);

    /// <summary>Takes a registration back that got no WorkloadEntry; an entry of its name is another's.</summary>
    public async Task DeleteRecordAsync(WorkloadAutoRegistration registration, CancellationToken cancellationToken)
    {
        await TryDeleteAsync<WorkloadAutoRegistration>(registration, registration.Metadata.Uid, cancellationToken);
        _recent.Forget(registration);
    }

    /// <summary>
    /// Takes a member out that was judged to be lost; nothing happens if it changed since. Deleting the record takes the
    /// WorkloadEntry with it: the other order could leave a member that came back without its entry.
    /// </summary>
    public Task DeleteLostAsync(WorkloadAutoRegistration member, CancellationToken cancellationToken) =>
        client.DeleteAsync<WorkloadAutoRegistration>(
            member.Metadata.Namespace,
            member.Metadata.Name,
            new DeleteOptions
            {
                Uid = member.Metadata.Uid,
                ResourceVersion = member.Metadata.ResourceVersion,
                PropagationPolicy = PropagationPolicy.Background,
            },
            cancellationToken);

    private async Task TryDeleteAsync<T>(WorkloadAutoRegistration registration, string? uid, CancellationToken cancellationToken)
        where T : Api.Meta.IKubernetesObject<T>
    {
        try
        {
            await client.DeleteAsync<T>(
                registration.Metadata.Namespace, registration.Metadata.Name, new DeleteOptions { Uid = uid }, cancellationToken);
        }
        catch (KubernetesException e) when (e.IsNotFound || (uid is not null && e.IsConflict))
        {
            // Gone already; or, with another uid, a newer registration's, which is not ours to delete.
        }
    }

    private static void CheckSame(WorkloadAutoRegistration existing, WorkloadAutoRegistration desired)
    {
        if (existing.Metadata.DeletionTimestamp is not null)
        {
            throw Refuse.Unavailable(
                Reasons.RegistrationDeleted, "The registration is being deleted; join again when it is gone.", TimeSpan.FromSeconds(1));
        }

        string uid = WellKnownAnnotations.WorkloadGroupUid;
        bool sameIdentity = existing.Spec is { } spec && CanonicalIdentity.Serialize(spec.Identity) == CanonicalIdentity.Serialize(desired.Spec!.Identity);
        bool sameGroup = existing.Metadata.Annotations.GetValueOrDefault(uid) == desired.Metadata.Annotations[uid];
        if (!sameIdentity || !sameGroup)
        {
            throw Refuse.Precondition(
                Reasons.NameConflict,
                "The registration's name is taken. Look at it with: "
                + $"kubectl -n {existing.Metadata.Namespace} get war {existing.Metadata.Name} -o yaml",
                sameIdentity ? "it was made for another WorkloadGroup of that name" : "it is another identity's");
        }
    }
}
