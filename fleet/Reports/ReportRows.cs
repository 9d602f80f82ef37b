using System.Globalization;
using System.Text.Json.Nodes;
using Onboarding.Api;
using Onboarding.Api.Policies;
using Onboarding.Fleet.Audit;
using Onboarding.Fleet.Policies;
using Onboarding.Fleet.Status;
using Onboarding.Fleet.Workloads;
using Onboarding.Kubernetes;

namespace Onboarding.Fleet.Reports;

/// <summary>Who may join what, who did, and who was refused.</summary>
/// <param name="kubernetes">The cluster.</param>
/// <param name="time">The clock.</param>
public sealed class ReportRows(KubernetesClient kubernetes, TimeProvider time)
{
    /// <summary>Reads them.</summary>
    /// <param name="ns">Namespace; null for all.</param>
    /// <param name="refusals">Refusals of the audit log; null to take those that the cluster still knows.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    public async Task<IReadOnlyList<ReportRow>> ListAsync(string? ns, IReadOnlyList<AuditEntry>? refusals, CancellationToken cancellationToken)
    {
        IReadOnlyList<PolicyView> policies = await new PolicyStore(kubernetes, time).ListAsync(ns, null, null, cancellationToken);
        IReadOnlyList<Member> members = await new Members(kubernetes, time).ListAsync(new MemberQuery { Namespace = ns }, cancellationToken);
        IEnumerable<ReportRow> refused = refusals is null
            ? (await new StatusReports(kubernetes, time).ListAsync(new StatusQuery { Namespace = ns }, cancellationToken))
                .Where(r => r.Phase == MemberPhase.Refused)
                .Select(r => new ReportRow("Refused", r.Namespace, r.Group, Subject(r.IdentityJson) ?? r.Instance ?? "", null, null, r.LastSeen, $"{r.Reason}: {r.Explanation}", r.Count))
            : OfAudit(refusals.Where(r => ns is null || r.Namespace == ns));
        return
        [
            .. policies.Where(p => p.Accepted != false).SelectMany(Rules),
            .. members.Select(m => new ReportRow("Joined", m.Namespace, m.Group, m.Identity, m.Policy, null, m.Created, $"{m.Phase}, {m.Address}, {m.SpiffeId}", null)),
            .. refused,
        ];
    }

    private static IEnumerable<ReportRow> Rules(PolicyView view) =>
        (view.Policy.Spec?.Allow ?? []).SelectMany((rule, i) => Groups(view, rule).Select(group => new ReportRow(
            "MayJoin",
            view.Namespace,
            group,
            ForeignText.Clean(Compact(view.Policy.ToJson()["spec"]?["allow"]?[i]?["workloads"])),
            view.Name,
            i + 1,
            view.Policy.Metadata.CreationTimestamp,
            Limits(rule),
            view.Policy.Status?.Rules.FirstOrDefault(r => r.Rule == i + 1)?.Members)));

    private static IReadOnlyList<string> Groups(PolicyView view, OnboardingPolicyRule rule) =>
        view.Groups.Count > 0 ? view.Groups : [$"(no group: {rule.OnboardTo.Count} selectors)"];

    private static string Compact(JsonNode? node) => node?.ToJsonString() ?? "";

    private static string? Limits(OnboardingPolicyRule rule)
    {
        string[] limits =
        [
            .. rule.NotAfter is { } until ? (string[])[string.Create(CultureInfo.InvariantCulture, $"until {until:u}")] : [],
            .. rule.MaxMembers is { } most ? (string[])[string.Create(CultureInfo.InvariantCulture, $"at most {most} members")] : [],
            .. rule.AddressCidrs.Count > 0 ? (string[])[$"addresses in {string.Join(", ", rule.AddressCidrs)}"] : [],
        ];
        return limits.Length == 0 ? null : string.Join("; ", limits);
    }

    private static IEnumerable<ReportRow> OfAudit(IEnumerable<AuditEntry> refusals) => refusals
        .Where(r => !r.IsAllowed)
        .GroupBy(r => (r.Namespace, r.Group, Who: Subject(r.IdentityJson) ?? r.Source, r.ErrorId))
        .Select(same => new ReportRow(
            "Refused",
            same.Key.Namespace ?? "",
            same.Key.Group ?? "",
            same.Key.Who,
            null,
            null,
            same.Max(r => r.Time),
            $"{same.Key.ErrorId}: {same.Last().NearestMiss ?? same.Last().Message}",
            same.Sum(r => 1 + r.Repeated)))
        .OrderBy(r => r.Namespace, StringComparer.Ordinal).ThenBy(r => r.WorkloadGroup, StringComparer.Ordinal).ThenBy(r => r.Who, StringComparer.Ordinal);

    private static string? Subject(string? json) => json is null ? null : JsonNode.Parse(json) is JsonObject identity ? IdentityText.Format(identity) : null;
}
