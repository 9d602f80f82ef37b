using System.Net;
using Onboarding.Api;
using Onboarding.Api.Identity;
using Onboarding.Api.Istio;
using Onboarding.Api.Runtime;
using Onboarding.Authorization;
using Onboarding.Endpoint.Authentication;
using Onboarding.Endpoint.Cluster;
using Onboarding.Endpoint.Refusals;
using Onboarding.Endpoint.Registration;

namespace Onboarding.Endpoint.Authorization;

/// <summary>Stored registrations as policies see them.</summary>
internal sealed class Members(ClusterState cluster, PolicyIdentity identities, AddressRules addresses, TimeProvider time)
{
    /// <summary>
    /// The members that count before a workload for <c>maxMembers</c>: those that registered earlier, all for one that hasn't yet.
    /// So a member keeps its place, and lowering the number takes it from the latest.
    /// </summary>
    public IEnumerable<PolicyMember> Before(WorkloadGroupReference group, WorkloadIdentity bound)
    {
        WorkloadAutoRegistration? self = cluster.RegistrationsByIdentity.Find(CanonicalIdentity.Of(bound))
            .FirstOrDefault(m => m.Metadata.Namespace == group.Namespace && GroupNameOf(m) == group.Name);
        return All(group.Namespace).Where(m => self is null || Comes(m, self) < 0).Select(View).OfType<PolicyMember>();
    }

    /// <summary>The members of a namespace, those left out whose group is gone or whose issuer isn't trusted any more.</summary>
    public IReadOnlyCollection<PolicyMember> Of(string @namespace) => [.. All(@namespace).Select(View).OfType<PolicyMember>()];

    /// <summary>What is to be decided about a member that stays; null if it can't be: its group is gone, or its issuer unknown.</summary>
    public AdmissionQuestion? Question(WorkloadAutoRegistration member)
    {
        if (View(member) is not { } view)
        {
            return null;
        }

        return new AdmissionQuestion
        {
            Identity = view.Identity,
            GroupLabels = view.GroupLabels,
            Now = time.GetUtcNow(),
            Address = AddressOf(member),
            Labels = LabelsOf(member),
            MembersBefore = () => All(member.Metadata.Namespace!).Where(m => Comes(m, member) < 0).Select(View).OfType<PolicyMember>(),
        };
    }

    /// <summary>What a member asks for when its onboarding token is renewed.</summary>
    public AdmissionRequest Request(WorkloadAutoRegistration member, WorkloadIdentity identity, WorkloadIdentity bound, WorkloadGroupReference group) =>
        new(identity, bound, group) { Address = AddressOf(member), Labels = LabelsOf(member) };

    /// <summary>The address a member registered.</summary>
    private IPAddress? AddressOf(WorkloadAutoRegistration member)
    {
        try
        {
            return IPAddress.Parse(AddressChoice.Choose(member.Spec!.Registration, addresses.AllowLoopback));
        }
        catch (RefusedException)
        {
            // Edited by hand. The rest of the question still counts.
            return null;
        }
    }

    private static IReadOnlyDictionary<string, string> LabelsOf(WorkloadAutoRegistration member) =>
        member.Spec!.Registration.Workload?.Labels ?? new Dictionary<string, string>();

    private IEnumerable<WorkloadAutoRegistration> All(string @namespace) => cluster.Registrations.List()
        .Where(m => m.Metadata.Namespace == @namespace && m.Metadata.DeletionTimestamp is null);

    private PolicyMember? View(WorkloadAutoRegistration member)
    {
        if (member.Spec is not { } spec
            || GroupNameOf(member) is not { } name
            || cluster.Groups.Get(member.Metadata.Namespace, name) is not { Metadata.DeletionTimestamp: null } group)
        {
            return null;
        }

        try
        {
            string thumbprint = member.Metadata.Annotations.GetValueOrDefault(WellKnownAnnotations.KeyThumbprint, "");
            return new PolicyMember(identities.Of(spec.Identity, thumbprint), group.Metadata.Labels);
        }
        catch (RefusedException)
        {
            return null;
        }
    }

    private static string? GroupNameOf(WorkloadAutoRegistration member) =>
        member.Metadata.OwnerReferences.FirstOrDefault(o => o.Kind == WorkloadGroup.Definition.Kind)?.Name;

    private static int Comes(WorkloadAutoRegistration one, WorkloadAutoRegistration other) =>
        Nullable.Compare(one.Metadata.CreationTimestamp, other.Metadata.CreationTimestamp) is not 0 and int order
            ? order
            : string.CompareOrdinal(one.Metadata.Name, other.Metadata.Name);
}
