using System.Net;
using System.Text.Json.Nodes;
using Onboarding.Api.Identity;
using Onboarding.Api.Istio;
using Onboarding.Api.Policies;
using Onboarding.Api.Reading;
using Onboarding.Api.Runtime;
using Onboarding.Authorization;
using Onboarding.Client.Errors;
using Onboarding.Fleet.Workloads;

namespace Onboarding.Fleet.Policies;

/// <summary>
/// Asks policies, with the plane's own evaluator: what it says here is what a machine would be told, as far as the stored objects
/// decide it.
/// </summary>
public sealed class PolicyJudge : IMemberSource
{
    private readonly PolicySet _policies;
    private readonly Dictionary<(string Namespace, string Name), WorkloadGroup> _groups;
    private readonly IReadOnlyList<Member> _members;
    private readonly MemberQuestions _questions;
    private readonly DateTimeOffset _now;

    /// <summary>Makes one for a namespace.</summary>
    /// <param name="policies">The policies of the namespace.</param>
    /// <param name="groups">Its WorkloadGroups.</param>
    /// <param name="members">Its members; they count for <c>maxMembers</c>.</param>
    /// <param name="now">When it is asked.</param>
    public PolicyJudge(IEnumerable<OnboardingPolicy> policies, IEnumerable<WorkloadGroup> groups, IReadOnlyList<Member> members, DateTimeOffset now)
    {
        _policies = PolicySet.Compile(policies);
        _groups = groups.ToDictionary(g => (g.Metadata.Namespace ?? "", g.Metadata.Name));
        _members = members;
        _now = now;
        _questions = new MemberQuestions(this);
    }

    DateTimeOffset IMemberSource.Now => _now;

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
        return Describe(identity, ns, group, new AdmissionQuestion
        {
            Identity = identity,
            GroupLabels = Find(ns, group)?.Metadata.Labels,
            Namespace = ns,
            Now = _now,
            MembersBefore = () => _questions.Before(ns, self: null),
        });
    }

    /// <summary>May this member stay?</summary>
    /// <param name="member">The member.</param>
    /// <param name="group">Another group to ask about; null for its own.</param>
    public Decision Ask(Member member, string? group = null)
    {
        ArgumentNullException.ThrowIfNull(member);
        string asked = group ?? member.Group;
        AdmissionQuestion question = _questions.Ask(member.Source, Find(member.Namespace, asked)) ?? throw new OnboardingException(
            ModuleErrorIds.IdentityInvalid,
            $"The registration '{member.Namespace}/{member.Name}' can't be read: {string.Join("; ", member.Source.Problems)}.",
            "remove it, and its agent rejoins: Unregister-MeshWorkload -Rejoin");
        return Describe(member.Source.Spec!.Identity, member.Namespace, asked, question);
    }

    /// <summary>Members that are admitted by these policies.</summary>
    public IReadOnlySet<string> Admitted() => _members
        .Where(m => _questions.Ask(m.Source) is { } question && _policies.Decide(question).IsAllowed)
        .Select(m => m.Name)
        .ToHashSet(StringComparer.Ordinal);

    WorkloadGroup? IMemberSource.FindGroup(string ns, string name) => Find(ns, name);

    IEnumerable<WorkloadAutoRegistration> IMemberSource.MembersOf(string ns) => _members.Where(m => m.Namespace == ns).Select(m => m.Source);

    // Whether an issuer's subjects are shared is in the plane's configuration, which anyone who asks here may not be allowed to read.
    // A subject that ends with the digest of its own host's key is one, unless someone wanted it to look so: and here no one is let in.
    WorkloadIdentity? IMemberSource.PolicyIdentityOf(WorkloadIdentity bound, string thumbprint) => SharedIdentity.Undo(bound, thumbprint);

    // What the plane took from the registration is in the WorkloadEntry.
    IPAddress? IMemberSource.AddressOf(WorkloadAutoRegistration member) =>
        IPAddress.TryParse(_members.FirstOrDefault(m => ReferenceEquals(m.Source, member))?.Address, out IPAddress? address) ? address : null;

    private WorkloadGroup? Find(string ns, string name) => _groups.GetValueOrDefault((ns, name));

    private Decision Describe(WorkloadIdentity identity, string ns, string group, AdmissionQuestion question)
    {
        PolicyExplanation explanation = _policies.Explain(question);
        bool allowed = explanation.Decision.IsAllowed;
        JsonObject json = identity.ToJson();
        return new Decision
        {
            Subject = IdentityText.Format(json),
            IdentityJson = json.ToJsonString(),
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
