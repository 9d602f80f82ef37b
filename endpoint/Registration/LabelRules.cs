using System.Text.RegularExpressions;
using Onboarding.Api;
using Onboarding.Endpoint.Refusals;

namespace Onboarding.Endpoint.Registration;

/// <summary>
/// Which labels a workload may give itself. Labels choose traffic and policy in a mesh, so what the WorkloadGroup sets can't be
/// overridden, and what Istio gives a meaning can't be set at all.
/// </summary>
internal static partial class LabelRules
{
    private const int Most = 64;
    private const int LongestName = 63;
    private const int LongestPrefix = 253;

    private static readonly string[] Reserved = ["istio.io", "kubernetes.io", "k8s.io", "onboarding.tetrate.io"];

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

    /// <summary>Labels of the WorkloadEntry: the workload's, with the group's on top.</summary>
    /// <param name="group">Labels the group gives its members.</param>
    /// <param name="workload">Labels the workload reported.</param>
    /// <exception cref="RefusedException">The workload reported a reserved one.</exception>
    public static IReadOnlyDictionary<string, string> Merge(
        IReadOnlyDictionary<string, string> group,
        IReadOnlyDictionary<string, string> workload)
    {
        string[] reserved = [.. workload.Keys.Where(IsReserved)];
        if (reserved.Length > 0)
        {
            throw Refuse.Denied(
                Reasons.LabelRefused,
                $"A workload can't set {string.Join(", ", reserved)}. Remove it from workload.labels, or set it in the WorkloadGroup.");
        }

        var merged = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach ((string key, string value) in workload.Concat(group))
        {
            merged[key] = value;
        }

        return merged;
    }

    private static bool IsReserved(string key)
    {
        int slash = key.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0)
        {
            return key is "istio-locality";
        }

        string prefix = key[..slash];
        return prefix.StartsWith("topology.", StringComparison.Ordinal)
            || Reserved.Any(r => prefix == r || prefix.EndsWith("." + r, StringComparison.Ordinal));
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
