using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Onboarding.Api;
using Onboarding.Api.Identity;
using Onboarding.Api.Policies;
using Onboarding.Authorization;
using Onboarding.Fleet.Workloads;

namespace Onboarding.Fleet.Audit;

/// <summary>
/// Makes decisions of the past again, by the plane's own evaluator, over the inputs that their records hold. With the policies that were
/// in force it comes to what was recorded; with others it says whom a change would have refused or let in.
/// </summary>
public sealed class PolicyReplay
{
    private readonly Func<string, IEnumerable<OnboardingPolicy>> _policiesOf;
    private readonly Dictionary<string, PolicySet> _sets = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Dictionary<string, PolicyMember>> _members = new(StringComparer.Ordinal);

    /// <summary>Makes one.</summary>
    /// <param name="policiesOf">The policies to ask, by namespace.</param>
    public PolicyReplay(Func<string, IEnumerable<OnboardingPolicy>> policiesOf) => _policiesOf = policiesOf;

    /// <summary>Makes the next decision again; entries come in the order of the log, as <c>maxMembers</c> counts who registered before.</summary>
    /// <param name="entry">The record.</param>
    /// <returns>Null for a record that no policy decided: of a lost agent, a removal, a credential that proved nothing.</returns>
    public ReplayedDecision? Take(AuditEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        if (entry is { IsAllowed: true, Action: "unregister" or "remove" or "evict" } && entry is { Namespace: { } left, Registration: { } gone })
        {
            MembersOf(left).Remove(gone);
        }

        if (entry.Inputs is not { } inputs || entry is not { Namespace: { } ns, Group: { } group } || QuestionOf(inputs, ns, entry.Registration) is not { } question
            // Refused for something else, after policies had admitted: that stays as it is, whatever policies say.
            || (!entry.IsAllowed && entry.Policy is not null))
        {
            return null;
        }

        AdmissionAnswer answer = SetOf(ns).Decide(question);
        // A policy that can't be read closes the namespace to newcomers; a member keeps its last decision.
        bool kept = inputs["kept"] is JsonValue flag && flag.TryGetValue(out bool isKept) && isKept;
        bool isAdmitted = answer.IsAllowed || (kept && answer.Outcome is PolicyOutcome.Closed or PolicyOutcome.NoRule && SetOf(ns).Policies.Any(p => p.Spec is null));
        PolicyExplanation? explanation = isAdmitted ? null : SetOf(ns).Explain(question);
        if (entry is { Action: "register", IsAllowed: true, Registration: { } name } && question.GroupLabels is { } labels)
        {
            MembersOf(ns).TryAdd(name, new PolicyMember(question.Identity, labels));
        }

        return new ReplayedDecision
        {
            Entry = entry,
            Namespace = ns,
            Group = group,
            IdentityJson = question.Identity.ToJson().ToJsonString(),
            Subject = IdentityText.Format(question.Identity.ToJson()),
            WasAdmitted = entry.IsAllowed,
            IsAdmitted = isAdmitted,
            Policy = answer.Policy,
            Rule = answer.Rule == 0 ? null : answer.Rule,
            Why = explanation?.Summary,
        };
    }

    private AdmissionQuestion? QuestionOf(JsonObject inputs, string ns, string? registration) =>
        inputs["identity"] is JsonObject identity && WorkloadIdentity.FromJson(identity.DeepClone().AsObject()).Value is { } who
        && DateTimeOffset.TryParse(Text(inputs["at"]), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset at)
            ? new AdmissionQuestion
            {
                Identity = who,
                GroupLabels = inputs["group"] is JsonObject group ? Map(group["labels"]) : null,
                Namespace = ns,
                Now = at,
                Address = IPAddress.TryParse(Text(inputs["address"]), out IPAddress? address) ? address : null,
                Labels = inputs["labels"] is { } labels ? Map(labels) : null,
                // A member counts those that registered before it; a newcomer all.
                MembersBefore = () => MembersOf(ns).TakeWhile(m => m.Key != registration).Select(m => m.Value),
            }
            : null;

    private PolicySet SetOf(string ns)
    {
        if (!_sets.TryGetValue(ns, out PolicySet? set))
        {
            set = PolicySet.Compile(_policiesOf(ns));
            _sets.Add(ns, set);
        }

        return set;
    }

    private Dictionary<string, PolicyMember> MembersOf(string ns)
    {
        if (!_members.TryGetValue(ns, out Dictionary<string, PolicyMember>? members))
        {
            members = new Dictionary<string, PolicyMember>(StringComparer.Ordinal);
            _members.Add(ns, members);
        }

        return members;
    }

    private static Dictionary<string, string> Map(JsonNode? node) =>
        (node as JsonObject ?? []).ToDictionary(p => p.Key, p => Text(p.Value) ?? "", StringComparer.Ordinal);

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue(out string? text) ? text : null;
}

/// <summary>A decision of the past, made again.</summary>
public sealed record ReplayedDecision
{
    /// <summary>Its record.</summary>
    public required AuditEntry Entry { get; init; }

    /// <summary>Namespace of the group.</summary>
    public required string Namespace { get; init => field = ForeignText.Clean(value); }

    /// <summary>The group.</summary>
    public required string Group { get; init => field = ForeignText.Clean(value); }

    /// <summary>Who asked, on one line.</summary>
    public required string Subject { get; init => field = ForeignText.Clean(value); }

    /// <summary>Who asked, as JSON.</summary>
    public required string IdentityJson { get; init; }

    /// <summary>What was recorded.</summary>
    public required bool WasAdmitted { get; init; }

    /// <summary>What it comes to now.</summary>
    public required bool IsAdmitted { get; init; }

    /// <summary>The policy that decides now; null if none does.</summary>
    public string? Policy { get; init => field = ForeignText.CleanIfAny(value); }

    /// <summary>Its rule, counted from 1.</summary>
    public int? Rule { get; init; }

    /// <summary>If it isn't admitted now: the rule that came closest, and what it lacked.</summary>
    public string? Why { get; init => field = ForeignText.CleanIfAny(value); }
}
