using Onboarding.Api;
using Onboarding.BootConfiguration;

namespace Onboarding.Endpoint.Registration;

/// <summary>
/// The metadata labels of a WorkloadEntry: those of its spec, and what istiod writes itself on an entry of a machine that registers on its own. istiod
/// takes the entry's name for the workload's where no label says otherwise: each machine would be a workload of its own in the mesh's metrics.
/// </summary>
internal static class EntryLabels
{
    private const int LongestValue = 63;

    /// <summary>The labels of a member, and the plane's own.</summary>
    /// <param name="labels">Labels of the member, merged. What they say stays.</param>
    /// <param name="group">Name of its group.</param>
    /// <param name="tunnels">True if ambient clients are to reach it by HBONE.</param>
    public static IReadOnlyDictionary<string, string> WithOwn(IReadOnlyDictionary<string, string> labels, string group, bool tunnels)
    {
        var all = new Dictionary<string, string>(labels) { [WellKnownLabels.ManagedBy] = WellKnownLabels.PlaneManager };
        AddIfAbsent(all, WellKnownLabels.WorkloadName, group);
        AddIfAbsent(all, WellKnownLabels.CanonicalName, CanonicalNames.Service(labels, group));
        AddIfAbsent(all, WellKnownLabels.CanonicalRevision, CanonicalNames.Revision(labels));
        if (tunnels)
        {
            AddIfAbsent(all, WellKnownLabels.Tunnel, WellKnownLabels.HboneTunnel);
        }

        return all;
    }

    // A group may have a longer name than a label a value: an entry without the label is better than none.
    private static void AddIfAbsent(Dictionary<string, string> labels, string key, string value)
    {
        if (value.Length <= LongestValue)
        {
            labels.TryAdd(key, value);
        }
    }
}
