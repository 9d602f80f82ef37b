using Onboarding.Api.Policies;
using Onboarding.Api.Reading;

namespace Onboarding.Authorization;

/// <summary>
/// What someone should look at in a policy that can be read: rules that admit more than they seem to, and rules that admit
/// no one. What reading found is not repeated here.
/// </summary>
public static class PolicyReview
{
    /// <summary>Looks at a policy.</summary>
    /// <param name="spec">What the policy says.</param>
    /// <param name="groups">Labels of each WorkloadGroup object of its namespace.</param>
    /// <param name="sharedIssuers">JWT issuers whose subjects hosts share (<c>subjectIs: Shared</c>).</param>
    /// <param name="now">The time.</param>
    /// <returns>Warnings, by position.</returns>
    public static IReadOnlyList<Problem> FindProblems(
        OnboardingPolicySpec spec,
        IReadOnlyCollection<IReadOnlyDictionary<string, string>> groups,
        IReadOnlyCollection<string> sharedIssuers,
        DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(groups);
        ArgumentNullException.ThrowIfNull(sharedIssuers);
        return
        [
            .. spec.Allow.SelectMany((rule, i) => OfRule($"spec.allow[{i}]", rule, groups, sharedIssuers, now)),
            .. spec.Deny.SelectMany((rule, i) => OfTime($"spec.deny[{i}]", rule.NotAfter, "denies no workload", now)
                .Concat(OfGroups($"spec.deny[{i}]", rule.OnboardTo, groups, warnOfAll: false))),
        ];
    }

    private static IEnumerable<Problem> OfRule(
        string path,
        OnboardingPolicyRule rule,
        IReadOnlyCollection<IReadOnlyDictionary<string, string>> groups,
        IReadOnlyCollection<string> sharedIssuers,
        DateTimeOffset now) =>
    [
        .. rule.Workloads.SelectMany((matcher, i) => OfMatcher($"{path}.workloads[{i}]", matcher, sharedIssuers)),
        .. OfGroups(path, rule.OnboardTo, groups, warnOfAll: true),
        .. OfTime(path, rule.NotAfter, "admits no workload", now),
        .. rule.Labels.Select((label, i) => (label, i)).Where(l => ProtectedLabels.IsReserved(l.label.Key))
            .Select(l => Warning($"{path}.labels[{l.i}].key", "is reserved: no workload can set it, listed or not")),
    ];

    private static IEnumerable<Problem> OfMatcher(string path, WorkloadIdentityMatcher matcher, IReadOnlyCollection<string> sharedIssuers)
    {
        switch (matcher)
        {
            case { Aws: { Ec2.IamRoleNames.Count: 0 } aws }:
                yield return Warning($"{path}.aws.ec2", $"matches every role in {Name("account", aws.Accounts)}, and instances without one");
                break;
            case { Aws: { Ecs.IamRoleNames.Count: 0 } aws }:
                string clusters = aws.Ecs.Clusters.Count == 0 ? "every cluster" : Name("cluster", aws.Ecs.Clusters);
                yield return Warning($"{path}.aws.ecs", $"matches every role in {clusters} of {Name("account", aws.Accounts)}");
                break;
            case { Gcp: { } gcp } when gcp.Gce is null or { InstanceIds.Count: 0, ServiceAccounts.Count: 0 }:
                yield return Warning($"{path}.gcp", $"matches every service account in {Name("project", [.. gcp.ProjectIds, .. gcp.ProjectNumbers])}");
                break;
            case { Azure: { ResourceGroups.Count: 0 } azure }
                when azure.Compute is null or { InstanceIds.Count: 0, ScaleSets.Count: 0, ManagedIdentities.Count: 0 }:
                yield return Warning($"{path}.azure", $"matches every virtual machine in {Name("subscription", azure.Subscriptions)}");
                break;
            case { Jwt.Issuer: { } issuer } when sharedIssuers.Contains(issuer):
                yield return Warning(
                    $"{path}.jwt.issuer",
                    "is an issuer with shared subjects: each token admits as many hosts as its holder likes, and copies aren't noticed");
                break;
        }
    }

    private static IEnumerable<Problem> OfGroups(
        string path, IReadOnlyList<WorkloadGroupMatcher> matchers, IReadOnlyCollection<IReadOnlyDictionary<string, string>> groups, bool warnOfAll)
    {
        for (int i = 0; i < matchers.Count; i++)
        {
            string at = $"{path}.onboardTo[{i}].workloadGroupSelector";
            int selected = groups.Count(matchers[i].WorkloadGroupSelector.Matches);
            bool selectsAll = matchers[i].WorkloadGroupSelector is { MatchLabels.Count: 0, MatchExpressions.Count: 0 };
            if (selected == 0)
            {
                yield return Warning(at, "selects no WorkloadGroup");
            }
            else if (selectsAll && warnOfAll && selected > 1)
            {
                yield return Warning(at, $"selector {{}} selects {selected} groups");
            }
        }
    }

    private static IEnumerable<Problem> OfTime(string path, DateTimeOffset? notAfter, string effect, DateTimeOffset now) =>
        notAfter <= now ? [Warning($"{path}.notAfter", $"has passed: the rule {effect} any more")] : [];

    private static string Name(string what, IReadOnlyList<string> values) => $"{what}{(values.Count == 1 ? "" : "s")} {string.Join(", ", values)}";

    private static Problem Warning(string path, string message) => new() { Severity = ProblemSeverity.Warning, Path = path, Message = message };
}
