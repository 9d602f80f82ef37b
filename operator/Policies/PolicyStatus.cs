using Onboarding.Api.Meta;
using Onboarding.Api.Policies;
using Onboarding.Api.Reading;
using Onboarding.Authorization;

namespace Onboarding.Operator.Policies;

/// <summary>What the plane says of a policy.</summary>
internal static class PolicyStatus
{
    /// <summary>Condition that is True if the policy counts.</summary>
    public const string Accepted = "Accepted";

    private const int MostListed = 100;
    private const int LongestMessage = 4096;

    /// <summary>The status of a policy; counts of members stay if none are given.</summary>
    public static OnboardingPolicyStatus Create(OnboardingPolicy policy, IReadOnlyList<Problem> review, MemberCounts? counts, DateTimeOffset now)
    {
        string[] problems = [.. policy.Problems.Where(p => p.Severity == ProblemSeverity.Error).Select(Text)];
        string[] warnings = [.. policy.Problems.Where(p => p.Severity == ProblemSeverity.Warning).Concat(review).Select(Text).Distinct()];
        bool isAccepted = policy.Spec is not null;
        return new OnboardingPolicyStatus
        {
            ObservedGeneration = policy.Metadata.Generation,
            Conditions = [Condition(policy, isAccepted, Message(policy, problems, warnings.Length), now)],
            Problems = [.. problems.Take(MostListed)],
            Warnings = [.. warnings.Take(MostListed)],
            Members = counts is null ? policy.Status?.Members : counts.Members,
            Rules = counts is null ? policy.Status?.Rules ?? [] : [.. counts.Rules.Select((members, i) => new RuleMembers(i + 1, members))],
        };
    }

    private static string Text(Problem problem) => problem.Path.Length == 0 ? problem.Message : $"{problem.Path}: {problem.Message}";

    private static string Message(OnboardingPolicy policy, string[] problems, int warnings)
    {
        if (policy.Spec is not null)
        {
            return warnings == 0 ? "The policy is in force." : $"The policy is in force; {warnings} warning{(warnings == 1 ? "" : "s")} in status.warnings.";
        }

        string effect = policy.MentionsDeny
            ? "As it has deny rules, its namespace admits no workload until it is repaired."
            : "It admits no workload until it is repaired.";
        string all = string.Join("; ", problems);
        return $"{effect} {(all.Length > LongestMessage ? all[..LongestMessage] + "…" : all)}";
    }

    private static V1Condition Condition(OnboardingPolicy policy, bool isAccepted, string message, DateTimeOffset now)
    {
        string status = isAccepted ? "True" : "False";
        V1Condition? old = policy.Status?.Conditions.FirstOrDefault(c => c.Type == Accepted);
        return new V1Condition
        {
            Type = Accepted,
            Status = status,
            Reason = isAccepted ? "Valid" : "Invalid",
            Message = message,
            LastTransitionTime = old?.Status == status && old.LastTransitionTime is { } since
                ? since
                : DateTimeOffset.FromUnixTimeSeconds(now.ToUnixTimeSeconds()),
            ObservedGeneration = policy.Metadata.Generation,
        };
    }
}
