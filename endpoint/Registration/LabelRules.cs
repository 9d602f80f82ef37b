using System.Text.RegularExpressions;

namespace Onboarding.Endpoint.Registration;

/// <summary>
/// The form of labels that a workload reports, and how they meet those of its group. Which of them it may report at all is for
/// policies to say.
/// </summary>
internal static partial class LabelRules
{
    private const int Most = 64;
    private const int LongestName = 63;
    private const int LongestPrefix = 253;

    /// <summary>Adds what is wrong with the form of the labels.</summary>
    public static void Check(IDictionary<string, string>? labels, List<string> problems)
    {
        if (labels is null)
        {
            return;
        }

        if (labels.Count > Most)
        {
            problems.Add($"registration.workload.labels has {labels.Count} entries; {Most} are allowed");
            return;
        }

        problems.AddRange(labels.Where(l => !IsKey(l.Key)).Select((_, i) => $"registration.workload.labels: key {i + 1} isn't a label key"));
        problems.AddRange(labels
            .Where(l => IsKey(l.Key) && l.Value.Length > 0 && (l.Value.Length > LongestName || !Name().IsMatch(l.Value)))
            .Select(l => $"registration.workload.labels[{l.Key}] isn't a label value"));
    }

    /// <summary>
    /// Labels of the WorkloadEntry: the workload's, with the group's on top, but for those that the admitting rule lets it set.
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
        foreach ((string key, string value) in workload.Concat(group).Concat(workload.Where(label => granted.Contains(label.Key))))
        {
            merged[key] = value;
        }

        return merged;
    }

    private static bool IsKey(string key)
    {
        int slash = key.IndexOf('/', StringComparison.Ordinal);
        string name = key[(slash + 1)..];
        string prefix = slash < 0 ? "" : key[..slash];
        return name.Length is > 0 and <= LongestName && Name().IsMatch(name)
            && (slash < 0 || (prefix.Length is > 0 and <= LongestPrefix && Prefix().IsMatch(prefix)));
    }

    // Ends with \z: $ would let a newline through.
    [GeneratedRegex(@"^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Name();

    [GeneratedRegex(@"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Prefix();
}
