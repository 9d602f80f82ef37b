using System.Net;
using Onboarding.Api.Identity;
using Onboarding.Api.Istio;
using Onboarding.Api.Runtime;
using Onboarding.Authorization;
using Onboarding.Kubernetes;
using Onboarding.Plane.Cluster;
using Onboarding.Plane.Refusals;

namespace Onboarding.Plane.Members;

/// <summary>Stored registrations as policies see them.</summary>
internal sealed class MemberView : IMemberSource
{
    private readonly ClusterState _cluster;
    private readonly PolicyIdentity _identities;
    private readonly AddressRules _addresses;
    private readonly TimeProvider _time;
    private readonly MemberQuestions _questions;

    /// <summary>Takes what it asks.</summary>
    public MemberView(ClusterState cluster, PolicyIdentity identities, AddressRules addresses, TimeProvider time)
    {
        _cluster = cluster;
        _identities = identities;
        _addresses = addresses;
        _time = time;
        _questions = new MemberQuestions(this);
        cluster.Registrations.Changed += change => _questions.Changed(change.Previous, change.Type == WatchEventType.Deleted ? null : change.Resource);
        cluster.Groups.Changed += change => _questions.Changed(change.Resource.Metadata.Namespace);
        identities.Changed += _ => _questions.Changed(ns: null);
    }

    DateTimeOffset IMemberSource.Now => _time.GetUtcNow();

    /// <summary>The members that count before a workload for <c>maxMembers</c>.</summary>
    public IEnumerable<PolicyMember> Before(WorkloadGroupReference group, WorkloadIdentity bound) => _questions.Before(
        group.Namespace,
        _cluster.RegistrationsByIdentity.Find(CanonicalIdentity.Serialize(bound))
            .FirstOrDefault(m => m.Metadata.Namespace == group.Namespace && m.GroupName == group.Name));

    /// <summary>The members of a namespace, those left out whose group is gone or whose issuer isn't trusted any more.</summary>
    public IReadOnlyCollection<PolicyMember> InNamespace(string @namespace) => [.. _questions.InNamespace(@namespace)];

    /// <summary>Registrations as policies see them, however they were read.</summary>
    public IEnumerable<PolicyMember> Read(IEnumerable<WorkloadAutoRegistration> registrations) => _questions.Read(registrations);

    /// <summary>What is to be decided about a member that stays; null if it can't be: its group is gone, or its issuer unknown.</summary>
    public AdmissionQuestion? Question(WorkloadAutoRegistration member) => _questions.Ask(member);

    /// <summary>What a member asks for when its onboarding token is renewed.</summary>
    public AdmissionRequest Request(WorkloadAutoRegistration member, WorkloadIdentity identity, WorkloadIdentity bound, WorkloadGroupReference group) =>
        new(identity, bound, group) { Address = AddressOf(member), Labels = MemberQuestions.LabelsOf(member) };

    /// <summary>The address a member registered.</summary>
    public IPAddress? AddressOf(WorkloadAutoRegistration member)
    {
        try
        {
            return IPAddress.Parse(AddressChoice.Choose(member.Spec!.Registration, _addresses.AllowLoopback));
        }
        catch (RefusedException)
        {
            // Edited by hand. The rest of the question still counts.
            return null;
        }
    }

    WorkloadGroup? IMemberSource.FindGroup(string ns, string name) => _cluster.Groups.Get(ns, name);

    IEnumerable<WorkloadAutoRegistration> IMemberSource.MembersOf(string ns) =>
        _cluster.RegistrationsByNamespace.Find(ns);

    WorkloadIdentity? IMemberSource.PolicyIdentityOf(WorkloadIdentity bound, string thumbprint)
    {
        try
        {
            return _identities.Resolve(bound, thumbprint);
        }
        catch (RefusedException)
        {
            return null;
        }
    }
}
