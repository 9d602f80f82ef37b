using Onboarding.Api;
using Onboarding.Api.Identity;
using Onboarding.Api.Istio;
using Onboarding.Api.Meta;
using Onboarding.Api.Registration;
using Onboarding.Api.Runtime;
using Onboarding.Endpoint.BootConfiguration;

namespace Onboarding.Endpoint.Registration;

/// <summary>Makes the objects that represent a member: WorkloadGroup owns WorkloadAutoRegistration owns WorkloadEntry.</summary>
internal static class RegistrationObjects
{
    /// <summary>A registration as it is created.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="group">The group that owns it.</param>
    /// <param name="identity">Who the member is.</param>
    /// <param name="registration">What the member says of itself.</param>
    /// <param name="thumbprint">Thumbprint of the agent's key.</param>
    /// <param name="snapshot">The group as the member runs it, by <see cref="GroupSnapshots"/>.</param>
    public static WorkloadAutoRegistration Registration(
        string name,
        WorkloadGroup group,
        WorkloadIdentity identity,
        WorkloadRegistration registration,
        string thumbprint,
        IReadOnlyDictionary<string, string> snapshot) => new()
        {
            Metadata = new V1ObjectMeta
            {
                Name = name,
                Namespace = group.Metadata.Namespace,
                Labels = new Dictionary<string, string> { [WellKnownLabels.ManagedBy] = WellKnownLabels.PlaneManager },
                Annotations = new Dictionary<string, string>(snapshot)
                {
                    [WellKnownAnnotations.WorkloadGroupUid] = group.Metadata.Uid!,
                    [WellKnownAnnotations.KeyThumbprint] = thumbprint,
                },
                OwnerReferences = [Owner(WorkloadGroup.Definition, group.Metadata)],
            },
            Spec = new WorkloadAutoRegistrationSpec { Identity = identity, Registration = registration },
        };

    /// <summary>The WorkloadEntry as the plane wants it.</summary>
    /// <param name="registration">The registration that owns it.</param>
    /// <param name="group">The group, as the member keeps it, noted.</param>
    /// <param name="address">Where clients reach the member.</param>
    /// <param name="labels">Labels, merged.</param>
    /// <param name="network">The member's network; empty for none.</param>
    public static WorkloadEntry Entry(
        WorkloadAutoRegistration registration,
        WorkloadGroup group,
        string address,
        IReadOnlyDictionary<string, string> labels,
        string network)
    {
        // What istiod writes on an entry is istiod's. A group that had such an annotation would have us overwrite when the proxy connected,
        // or have istiod take the entry for one that it registered, and delete it.
        var annotations = (group.Spec.Metadata?.Annotations ?? new Dictionary<string, string>())
            .Where(a => !WellKnownAnnotations.OfIstiod.Contains(a.Key))
            .ToDictionary();
        annotations[WellKnownAnnotations.WorkloadGroup] = group.Metadata.Name;
        if (group.Spec.Probe is not null)
        {
            // istiod then waits for the sidecar to report the probe's result before it sends the member any traffic.
            annotations[WellKnownAnnotations.HealthChecksEnabled] = "true";
        }

        bool tunnels = GroupSnapshots.TakesHbone(group) && !labels.ContainsKey(WellKnownLabels.Tunnel);
        annotations.Remove(WellKnownAnnotations.Hbone);
        if (tunnels)
        {
            annotations[WellKnownAnnotations.Hbone] = "ISTIO_META_ENABLE_HBONE in proxyMetadata of the mesh or the group";
        }

        return new WorkloadEntry
        {
            Metadata = new V1ObjectMeta
            {
                Name = registration.Metadata.Name,
                Namespace = registration.Metadata.Namespace,
                Labels = EntryLabels.WithOwn(labels, group.Metadata.Name, tunnels),
                Annotations = annotations,
                OwnerReferences = [Owner(WorkloadAutoRegistration.Definition, registration.Metadata)],
            },
            // Clients of the mesh are told by the entry whose certificate to expect: one without an account would name no one.
            Spec = group.Spec.Template with { ServiceAccount = GroupTemplate.AccountOf(group), Address = address, Labels = labels, Network = network.Length > 0 ? network : null },
        };
    }

    /// <summary>The entry as istiod leaves it out: it waits for a health that no one has reported yet.</summary>
    /// <param name="entry">The entry.</param>
    public static WorkloadEntry OutOfTraffic(WorkloadEntry entry) => entry with
    {
        Metadata = entry.Metadata with
        {
            Annotations = new Dictionary<string, string>(entry.Metadata.Annotations) { [WellKnownAnnotations.HealthChecksEnabled] = "true" },
        },
    };

    private static V1OwnerReference Owner(ResourceDefinition kind, V1ObjectMeta owner) => new()
    {
        ApiVersion = kind.ApiVersion,
        Kind = kind.Kind,
        Name = owner.Name,
        Uid = owner.Uid!,
        Controller = true,
        BlockOwnerDeletion = true,
    };
}
