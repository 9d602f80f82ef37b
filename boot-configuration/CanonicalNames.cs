namespace Onboarding.BootConfiguration;

/// <summary>The service and revision a workload belongs to in telemetry; the first label that is there decides, even an empty one.</summary>
public static class CanonicalNames
{
    /// <summary>The label that names the service.</summary>
    public const string ServiceLabel = "service.istio.io/canonical-name";

    /// <summary>The label that names the revision.</summary>
    public const string RevisionLabel = "service.istio.io/canonical-revision";

    /// <summary>The service of a workload.</summary>
    /// <param name="labels">Its labels.</param>
    /// <param name="workload">What it is called where no label says so.</param>
    public static string Service(IReadOnlyDictionary<string, string> labels, string workload) =>
        First(labels, ServiceLabel, "app.kubernetes.io/name", "app") ?? workload;

    /// <summary>The revision of a workload.</summary>
    /// <param name="labels">Its labels.</param>
    public static string Revision(IReadOnlyDictionary<string, string> labels) =>
        First(labels, RevisionLabel, "app.kubernetes.io/version", "version") ?? "latest";

    private static string? First(IReadOnlyDictionary<string, string> labels, params ReadOnlySpan<string> names)
    {
        foreach (string name in names)
        {
            if (labels.TryGetValue(name, out string? value))
            {
                return value;
            }
        }

        return null;
    }
}
