using Onboarding.Authorization;

namespace Onboarding.Endpoint.Registration;

/// <summary>How labels that a workload reports meet those of its group. Which of them it may report at all is for policies to say.</summary>
internal static class MemberLabels
{
    /// <summary>
    /// Labels of the WorkloadEntry: those of the workload's that count, with the group's on top, but for those that the admitting rule lets it set.
    /// </summary>
    /// <param name="group">Labels the group gives its members.</param>
    /// <param name="workload">Labels the workload reported; a policy admitted it with them.</param>
    /// <param name="granted">Keys that the admitting rule lists.</param>
    public static IReadOnlyDictionary<string, string> Merge(
        IReadOnlyDictionary<string, string> group,
        IReadOnlyDictionary<string, string> workload,
        IReadOnlyCollection<string> granted)
    {
        var merged = new SortedDictionary<string, string>(StringComparer.Ordinal);
        IReadOnlyDictionary<string, string> kept = ReportedLabels.Divide(workload, granted).Kept;
        foreach ((string key, string value) in kept.Concat(group).Concat(kept.Where(label => granted.Contains(label.Key))))
        {
            merged[key] = value;
        }

        return merged;
    }
}
