using Onboarding.Api.Policies;

namespace Onboarding.Authorization.Indexing;

/// <summary>How a rule can be found for a group selector: alternatives, each a list of labels of which a selected group has one.</summary>
internal static class GroupKeys
{
    /// <summary>Of a rule that is about every group.</summary>
    public static readonly (string Label, string Value) Any = ("", "");

    public static IReadOnlyList<IReadOnlyList<(string Label, string Value)>> Alternatives(WorkloadGroupMatcher matcher) =>
    [
        .. matcher.WorkloadGroupSelector.MatchLabels.Select(l => (IReadOnlyList<(string, string)>)[(l.Key, l.Value)]),
        .. matcher.WorkloadGroupSelector.MatchExpressions.Where(e => e.Operator == "In" && e.Values.Count > 0)
            .Select(e => (IReadOnlyList<(string, string)>)[.. e.Values.Distinct().Select(value => (e.Key, value))]),
        [Any],
    ];
}
