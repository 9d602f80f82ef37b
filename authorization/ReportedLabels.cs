namespace Onboarding.Authorization;

/// <summary>
/// Which of the labels that a machine reports count. Any Service takes a member as an endpoint by labels, also by keys that the group
/// doesn't set: so a machine sets none, but those that a policy names, and those that tell versions apart.
/// </summary>
public static class ReportedLabels
{
    private static readonly HashSet<string> Versions =
        new(StringComparer.Ordinal) { "version", "app.kubernetes.io/version", "service.istio.io/canonical-revision" };

    /// <summary>True for a key that a machine may set without a rule that names it.</summary>
    /// <param name="key">Key of a label.</param>
    public static bool IsOfVersion(string key) => Versions.Contains(key);

    /// <summary>Divides reported labels into those that count and the keys of those that are dropped.</summary>
    /// <param name="reported">What the machine reports; a decision admitted it.</param>
    /// <param name="granted">Keys that the admitting rule lists.</param>
    public static (IReadOnlyDictionary<string, string> Kept, IReadOnlyList<string> Dropped) Divide(
        IReadOnlyDictionary<string, string> reported, IReadOnlyCollection<string> granted)
    {
        ArgumentNullException.ThrowIfNull(reported);
        ArgumentNullException.ThrowIfNull(granted);

        // With a list a machine that reports anything else isn't admitted in the first place.
        return granted.Count > 0
            ? (reported, [])
            : (reported.Where(l => IsOfVersion(l.Key)).ToDictionary(), [.. reported.Keys.Where(key => !IsOfVersion(key)).Order(StringComparer.Ordinal)]);
    }
}
