using System.Text.Json.Nodes;
using Onboarding.Api;
using Onboarding.Api.Identity;
using Onboarding.Api.Istio;
using Onboarding.Api.Runtime;

namespace Onboarding.Authorization;

/// <summary>
/// Makes of a stored registration the question that policies are asked. There is one such place, so that a cmdlet never tells
/// people anything else about a member than the plane will do with it.
/// </summary>
/// <param name="source">Where groups and members are.</param>
public sealed class MemberQuestions(IMemberSource source)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, MemberOrder> _orders = new(StringComparer.Ordinal);
    private long _changes;

    /// <summary>The members of a namespace as policies see them, those left out that can't be decided about.</summary>
    /// <param name="ns">The namespace.</param>
    public IEnumerable<PolicyMember> InNamespace(string ns) => All(ns).Select(View).OfType<PolicyMember>();

    /// <summary>
    /// The members that count before a workload for <c>maxMembers</c>: those that registered earlier, all for one that hasn't yet.
    /// So a member keeps its place, and lowering the number takes it from the latest.
    /// </summary>
    /// <param name="ns">The namespace.</param>
    /// <param name="self">Its registration; null if it has none yet.</param>
    public IEnumerable<PolicyMember> Before(string ns, WorkloadAutoRegistration? self) => OrderOf(ns).Before(self);

    /// <summary>Tells of a change to the registrations of the source.</summary>
    /// <param name="before">As it was; null for a new one.</param>
    /// <param name="after">As it is; null for one that is gone.</param>
    public void Changed(WorkloadAutoRegistration? before, WorkloadAutoRegistration? after)
    {
        lock (_lock)
        {
            _changes++;
            if ((after ?? before)?.Metadata.Namespace is not { } ns || !_orders.TryGetValue(ns, out MemberOrder? order) || IsSameMember(before, after))
            {
                return;
            }

            if (before is not null)
            {
                order.Remove(before);
            }

            if (after is { Metadata.DeletionTimestamp: null })
            {
                order.Add(after, View(after));
            }
        }
    }

    /// <summary>Tells of a change to the groups of a namespace.</summary>
    /// <param name="ns">The namespace; null for a change to what is trusted, which concerns all.</param>
    public void Changed(string? ns)
    {
        lock (_lock)
        {
            _changes++;
            if (ns is null)
            {
                _orders.Clear();
            }
            else
            {
                _orders.Remove(ns);
            }
        }
    }

    /// <summary>Registrations as policies see them, however they were read.</summary>
    /// <param name="registrations">Which; those that are being deleted don't count.</param>
    public IEnumerable<PolicyMember> Read(IEnumerable<WorkloadAutoRegistration> registrations) =>
        registrations.Where(m => m.Metadata.DeletionTimestamp is null).Select(View).OfType<PolicyMember>();

    /// <summary>What is asked about a member that stays.</summary>
    /// <param name="member">Its registration.</param>
    /// <returns>Null if it can't be asked: the spec can't be read, the group is gone, or what proved its identity isn't trusted any more.</returns>
    public AdmissionQuestion? Ask(WorkloadAutoRegistration member)
    {
        ArgumentNullException.ThrowIfNull(member);
        return GroupOf(member) is { } group ? Ask(member, group) : null;
    }

    /// <summary>What would be asked about a member in a group that needn't be its own.</summary>
    /// <param name="member">Its registration.</param>
    /// <param name="group">The group; null if there is none, which nothing opens.</param>
    /// <returns>Null if it can't be asked: the spec can't be read, or what proved its identity isn't trusted any more.</returns>
    public AdmissionQuestion? Ask(WorkloadAutoRegistration member, WorkloadGroup? group)
    {
        ArgumentNullException.ThrowIfNull(member);
        return IdentityOf(member) is not { } identity
            ? null
            : new AdmissionQuestion
            {
                Identity = identity,
                GroupLabels = group?.Metadata.Labels,
                Namespace = member.Metadata.Namespace,
                Now = source.Now,
                Address = source.AddressOf(member),
                Labels = LabelsOf(member),
                MembersBefore = () => Before(member.Metadata.Namespace!, member),
            };
    }

    /// <summary>What a member said of itself; known, even if it said nothing.</summary>
    /// <param name="member">A registration that can be read.</param>
    public static IReadOnlyDictionary<string, string> LabelsOf(WorkloadAutoRegistration member)
    {
        ArgumentNullException.ThrowIfNull(member);
        return member.Spec!.Registration.Workload?.Labels ?? new Dictionary<string, string>();
    }

    private PolicyMember? View(WorkloadAutoRegistration member) =>
        GroupOf(member) is { } group && IdentityOf(member) is { } identity ? new PolicyMember(identity, group.Metadata.Labels) : null;

    // A group that is being deleted takes its members with it.
    private WorkloadGroup? GroupOf(WorkloadAutoRegistration member) =>
        member.GroupName is { } name && source.FindGroup(member.Metadata.Namespace!, name) is { Metadata.DeletionTimestamp: null } group ? group : null;

    private WorkloadIdentity? IdentityOf(WorkloadAutoRegistration member) => member.Spec is { } spec
        ? source.PolicyIdentityOf(spec.Identity, member.Metadata.Annotations.GetValueOrDefault(WellKnownAnnotations.KeyThumbprint, ""))
        : null;

    private IEnumerable<WorkloadAutoRegistration> All(string ns) => source.MembersOf(ns).Where(m => m.Metadata.DeletionTimestamp is null);

    private MemberOrder OrderOf(string ns)
    {
        long changes;
        lock (_lock)
        {
            if (_orders.TryGetValue(ns, out MemberOrder? known))
            {
                return known;
            }

            changes = _changes;
        }

        var order = new MemberOrder(All(ns).Select(m => (m, View(m))));
        lock (_lock)
        {
            // What changed while it was made may be missing in it: good for this question, and not to be kept.
            return changes == _changes ? _orders[ns] = order : order;
        }
    }

    // Most changes are of a status, and change no place.
    private static bool IsSameMember(WorkloadAutoRegistration? before, WorkloadAutoRegistration? after) =>
        before is not null && after is not null
        && before.Metadata.Uid == after.Metadata.Uid
        && before.Metadata.DeletionTimestamp is null == after.Metadata.DeletionTimestamp is null
        && before.GroupName == after.GroupName
        && JsonNode.DeepEquals(before.Spec?.Identity.ToJson(), after.Spec?.Identity.ToJson())
        && before.Metadata.Annotations.GetValueOrDefault(WellKnownAnnotations.KeyThumbprint)
            == after.Metadata.Annotations.GetValueOrDefault(WellKnownAnnotations.KeyThumbprint);
}
