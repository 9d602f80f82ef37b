using Onboarding.Api.Policies;

namespace Onboarding.Authorization.Rules;

/// <summary>
/// Whether a workload may report the labels it reports. The group's own keys aren't looked at here: its value counts whatever a
/// workload reports, unless the admitting rule lists the key.
/// </summary>
internal static class LabelCheck
{
    /// <summary>The labels it may not report, each with what is wrong with it.</summary>
    public static IEnumerable<(string Key, string Problem)> Problems(
        IReadOnlyDictionary<string, string> reported, IReadOnlyList<LabelPermission> allowed)
    {
        foreach ((string key, string value) in reported)
        {
            if (ProblemOf(key, value, allowed) is { } problem)
            {
                yield return (key, problem);
            }
        }
    }

    private static string? ProblemOf(string key, string value, IReadOnlyList<LabelPermission> allowed)
    {
        if (ProtectedLabels.IsReserved(key) && !ReportedLabels.IsOfVersion(key))
        {
            return $"\"{key}\" is reserved, and no rule can open it";
        }

        if (allowed.Count > 0)
        {
            return ProblemWithRule(key, value, allowed);
        }

        return !ReportedLabels.IsOfVersion(key) && ProtectedLabels.IsProtected(key) ? $"\"{key}\" is protected, and the rule doesn't list it" : null;
    }

    private static string? ProblemWithRule(string key, string value, IReadOnlyList<LabelPermission> allowed)
    {
        LabelPermission[] about = [.. allowed.Where(label => label.Key == key)];
        if (about.Length == 0)
        {
            return $"the rule doesn't list \"{key}\"";
        }

        return about.Any(label => label.Values.Count == 0 || label.Values.Contains(value))
            ? null
            : $"\"{key}\" is \"{value}\", not one of {string.Join(", ", about.SelectMany(label => label.Values).Select(v => $"\"{v}\""))}";
    }
}
