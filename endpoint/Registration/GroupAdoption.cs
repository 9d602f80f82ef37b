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
    /// <param name="restarts">True if its sidecar restarts for it: then the entry is applied in any case, as its network isn't the group's alone.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The registration as it is then.</returns>
    public async Task<WorkloadAutoRegistration> AdoptAsync(
        WorkloadAutoRegistration member, WorkloadGroup group, Admission admission, bool restarts, CancellationToken cancellationToken)
    {
        if (admission.IsKept)
        {
            // Which labels it may set is what the invalid policy would have to say. The next start of its sidecar after the repair catches up.
            return member;
        }

        group = GroupSnapshots.Noted(group, hbone.IsOn(group, member.Spec!.Registration.Sidecar.Istio?.Revision));
        IReadOnlyDictionary<string, string> snapshot = snapshots.AnnotationsOf(group, member.Metadata.Name);
        bool isSame = snapshot.All(a => member.Metadata.Annotations.GetValueOrDefault(a.Key) == a.Value);
        if (isSame && !restarts)
        {
            return member;
        }

        IReadOnlyDictionary<string, string> reported = member.Spec.Registration.Workload?.Labels ?? new Dictionary<string, string>();
        WorkloadEntry entry = RegistrationObjects.Entry(
            member,
            group,
            AddressChoice.Choose(member.Spec.Registration, addresses.AllowLoopback),
            MemberLabels.Merge(GroupTemplate.LabelsOf(group), reported, admission.Decision.GrantedLabels),
            networks.ForGroup(group));
        await store.ApplyEntryAsync(entry, isFirst: false, cancellationToken);
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
}
