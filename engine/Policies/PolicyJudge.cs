using System.Net;
using System.Text.Json.Nodes;
using Onboarding.Api.Authorization;
using Onboarding.Api.Identity;
using Onboarding.Api.Istio;
using Onboarding.Api.Reading;
using Onboarding.Authorization;
using Onboarding.Client.Errors;
using Onboarding.Engine.Errors;
using Onboarding.Engine.Workloads;

namespace Onboarding.Engine.Policies;

/// <summary>
/// Asks policies, with the plane's own evaluator: what it says here is what a machine would be told, as far as the stored objects
/// decide it.
/// </summary>
/// <param name="policies">The policies of the namespace.</param>
/// <param name="groups">Its WorkloadGroups.</param>
/// <param name="members">Its members; they count for <c>maxMembers</c>.</param>
/// <param name="now">When it is asked.</param>
public sealed class PolicyJudge(
    IEnumerable<OnboardingPolicy> policies, IEnumerable<WorkloadGroup> groups, IReadOnlyList<Member> members, DateTimeOffset now)
{
    private readonly PolicySet _policies = PolicySet.Of(policies);
    private readonly Dictionary<string, WorkloadGroup> _groups = groups.ToDictionary(g => g.Metadata.Name, StringComparer.Ordinal);

    /// <summary>Reads an identity, as a token or a registration holds it.</summary>
    /// <param name="json">E.g. <c>{"jwt": {"issuer": …, "subject": …}}</c>.</param>
    /// <exception cref="OnboardingException">It isn't one.</exception>
    public static WorkloadIdentity ReadIdentity(JsonObject json)
    {
        ArgumentNullException.ThrowIfNull(json);
        ReadResult<WorkloadIdentity> read = WorkloadIdentity.FromJson(json);
        return read.Value ?? throw new OnboardingException(
            ModuleErrorIds.IdentityInvalid,
            $"That isn't an identity: {string.Join("; ", read.Errors)}.",
            "give what a platform proves, e.g. @{ jwt = @{ issuer = 'https://idp.example'; subject = 'vm-1' } }; those of members: Get-MeshWorkload | Format-List Identity");
    }

    /// <summary>May a workload of that identity join?</summary>
    /// <param name="identity">The identity.</param>
    /// <param name="ns">Namespace of the group.</param>
    /// <param name="group">The group.</param>
    public Decision Ask(WorkloadIdentity identity, string ns, string group)
    {
        ArgumentNullException.ThrowIfNull(identity);
        return Describe(identity, ns, group, Question(identity, group, member: null));
    }

    /// <summary>May this member stay?</summary>
    /// <param name="member">The member.</param>
    /// <param name="group">Another group to ask about; null for its own.</param>
    public Decision Ask(Member member, string? group = null)
    {
        ArgumentNullException.ThrowIfNull(member);
        WorkloadIdentity identity = member.Source.Spec?.Identity ?? throw new OnboardingException(
            ModuleErrorIds.IdentityInvalid,
            $"The registration '{member.Namespace}/{member.Name}' can't be read: {string.Join("; ", member.Source.Problems)}.",
            "remove it, and its agent joins anew: Unregister-MeshWorkload -Rejoin");
        return Describe(identity, member.Namespace, group ?? member.Group, Question(identity, group ?? member.Group, member));
    }

    /// <summary>Members that are admitted by these policies.</summary>
    public IReadOnlySet<string> Admitted() =>
        members.Where(m => m.Source.Spec is not null && _policies.Decide(Question(m.Source.Spec.Identity, m.Group, m)).IsAllowed)
            .Select(m => m.Name).ToHashSet(StringComparer.Ordinal);

    private AdmissionQuestion Question(WorkloadIdentity identity, string group, Member? member)
    {
        WorkloadGroup? found = _groups.GetValueOrDefault(group);
        return new AdmissionQuestion
        {
            Identity = identity,
            GroupLabels = found?.Metadata.Labels,
            Now = now,
            Address = IPAddress.TryParse(member?.Address, out IPAddress? address) ? address : null,
            Labels = member?.Source.Spec?.Registration.Workload?.Labels,
            MembersBefore = () => Before(member),
        };
    }

    private IEnumerable<PolicyMember> Before(Member? member) =>
        from other in members
        where member is null || (other.Created, other.Name).CompareTo((member.Created, member.Name)) < 0
        let identity = other.Source.Spec?.Identity
        where identity is not null
        select new PolicyMember(identity, _groups.GetValueOrDefault(other.Group)?.Metadata.Labels ?? new Dictionary<string, string>());

    private Decision Describe(WorkloadIdentity identity, string ns, string group, AdmissionQuestion question)
    {
        PolicyExplanation explanation = _policies.Explain(question);
        bool allowed = explanation.Decision.IsAllowed;
        string text = IdentityText.Of(identity.ToJson());
        return new Decision
        {
            Subject = text,
            Identity = text,
            Namespace = ns,
            Group = group,
            Admitted = allowed,
            Outcome = explanation.Decision.Outcome.ToString(),
            Policy = explanation.Decision.Policy,
            Rule = explanation.Decision.Rule == 0 ? null : explanation.Decision.Rule,
            NearestMiss = allowed ? null : explanation.Summary,
            Explanation = explanation.Lines,
        };
    }
}
