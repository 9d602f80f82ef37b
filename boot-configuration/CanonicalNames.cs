namespace Onboarding.BootConfiguration;

/// <summary>The service and revision a workload belongs to in telemetry; the first label that is there decides, even an empty one.</summary>
internal static class CanonicalNames
{
    public const string ServiceLabel = "service.istio.io/canonical-name";
    public const string RevisionLabel = "service.istio.io/canonical-revision";

    public static string Service(IReadOnlyDictionary<string, string> labels, string workload) =>
        First(labels, ServiceLabel, "app.kubernetes.io/name", "app") ?? workload;

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
