using System.Text.Json.Nodes;
using Onboarding.Api;
using Onboarding.Api.Istio;
using Onboarding.Api.Runtime;
using Onboarding.Endpoint.Admissions;
using Onboarding.Endpoint.BootConfiguration;
using Onboarding.Kubernetes;
using Onboarding.Plane.Members;
using Onboarding.Plane.Registrations;

namespace Onboarding.Endpoint.Registration;

/// <summary>
/// Has a member take over its group as it is now: the snapshot in its registration and its WorkloadEntry (labels, ports, the
/// annotation that makes istiod wait for health reports). No write if it has.
/// </summary>
internal sealed class GroupAdoption(
    KubernetesClient client,
    RegistrationStore store,
    GroupSnapshots snapshots,
    Networks networks,
    HboneModes hbone,
    AddressRules addresses)
{
    /// <summary>
    /// True if the member runs the group as it is now, and its entry was made of less: by a release that didn't write all of today's labels. Those
    /// follow without a restart.
    /// </summary>
    /// <param name="member">The member.</param>
    /// <param name="group">Its group as it is now.</param>
    public bool IsBehind(WorkloadAutoRegistration member, WorkloadGroup group) =>
        !snapshots.ForRegistration(member, group).Metadata.Annotations.ContainsKey(WellKnownAnnotations.Hbone);

    /// <summary>Takes it over.</summary>
    /// <param name="member">The member.</param>
    /// <param name="group">Its group.</param>
    /// <param name="admission">What admits it now.</param>
    /// <param name="use">Whether clients may send it traffic. Where that changes, the entry is applied in any case, as its network isn't the group's alone.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The registration as it is then.</returns>
    public async Task<WorkloadAutoRegistration> AdoptAsync(
        WorkloadAutoRegistration member, WorkloadGroup group, Admission admission, EntryUse use, CancellationToken cancellationToken)
    {
        if (admission.IsKept)
        {
            // Which labels it may set is what the invalid policy would have to say. The next start of its sidecar after the repair catches up.
            return member;
        }

        group = GroupSnapshots.Noted(group, hbone.IsOn(group, member.Spec!.Registration.Sidecar.Istio?.Revision));
        IReadOnlyDictionary<string, string> snapshot = snapshots.AnnotationsOf(group, member.Metadata.Name);
        bool isSame = snapshot.All(a => member.Metadata.Annotations.GetValueOrDefault(a.Key) == a.Value);
        if (isSame && use == EntryUse.Unchanged)
        {
            return member;
        }

        await ApplyAsync(member, group, admission, use, cancellationToken);
        return isSame ? member : store.Wrote(await client.PatchAsync<WorkloadAutoRegistration>(
            member.Metadata.Namespace,
            member.Metadata.Name,
            V1Patch.Merge(new JsonObject
            {
                ["metadata"] = new JsonObject
                {
                    ["uid"] = member.Metadata.Uid,
                    ["annotations"] = new JsonObject([.. snapshot.Select(a => KeyValuePair.Create(a.Key, (JsonNode?)a.Value))]),
                },
            }),
            cancellationToken: cancellationToken));
    }

    /// <summary>
    /// Takes a member out of traffic: istiod waits for a health of its entry that no one has reported. Where a probe has reported one, the entry is
    /// replaced: a new one has no health, and the sidecar that is about to stop has no say in it, as istiod takes reports only from the proxy that
    /// connected for this very entry, the next one. A weight of 0 would be taken for 1, and without an entry istiod would turn the next sidecar away.
    /// </summary>
    /// <param name="member">The member.</param>
    /// <param name="group">Its group; the entry is made of it as the member runs it.</param>
    /// <param name="admission">What admits it now.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task TakeOutAsync(WorkloadAutoRegistration member, WorkloadGroup group, Admission admission, CancellationToken cancellationToken)
    {
        if (admission.IsKept)
        {
            // Without labels to make an entry of, it keeps the one it has.
            return;
        }

        WorkloadGroup kept = snapshots.ForRegistration(member, group);
        if (kept.Spec.Probe is not null)
        {
            await store.DeleteEntryAsync(member, cancellationToken);
        }

        await ApplyAsync(member, kept, admission, EntryUse.OutOfTraffic, cancellationToken);
    }

    /// <summary>Brings a member back into traffic, once its sidecar is ready; with a probe, istiod waits for the next sidecar's report.</summary>
    /// <param name="member">The member.</param>
    /// <param name="group">Its group; the entry is made of it as the member runs it.</param>
    /// <param name="admission">What admits it now.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public Task PutInAsync(WorkloadAutoRegistration member, WorkloadGroup group, Admission admission, CancellationToken cancellationToken) =>
        admission.IsKept ? Task.CompletedTask
        : ApplyAsync(member, snapshots.ForRegistration(member, group), admission, EntryUse.InTraffic, cancellationToken);

    private Task ApplyAsync(
        WorkloadAutoRegistration member, WorkloadGroup group, Admission admission, EntryUse use, CancellationToken cancellationToken)
    {
        IReadOnlyDictionary<string, string> reported = member.Spec!.Registration.Workload?.Labels ?? new Dictionary<string, string>();
        WorkloadEntry entry = RegistrationObjects.Entry(
            member,
            group,
            AddressChoice.Choose(member.Spec.Registration, addresses.AllowLoopback),
            MemberLabels.Merge(GroupTemplate.LabelsOf(group), reported, admission.Decision.GrantedLabels),
            networks.ForGroup(group));
        return store.ApplyEntryAsync(
            use == EntryUse.OutOfTraffic ? RegistrationObjects.OutOfTraffic(entry) : entry, isFirst: false, cancellationToken);
    }
}

/// <summary>What clients make of a member's entry.</summary>
internal enum EntryUse
{
    /// <summary>What they did before.</summary>
    Unchanged,

    /// <summary>They send it traffic; with a probe, once that says so.</summary>
    InTraffic,

    /// <summary>They send it none until its sidecar is ready again.</summary>
    OutOfTraffic,
}
