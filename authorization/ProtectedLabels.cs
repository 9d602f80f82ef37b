namespace Onboarding.Authorization;

/// <summary>
/// Labels that a workload may not give itself unless a rule lists them. Labels choose traffic and policy in a mesh: with one of
/// Istio's a workload could move itself to another network or pose as another service.
/// </summary>
public static class ProtectedLabels
{
    private static readonly string[] Istio = ["istio.io"];
    private static readonly string[] Reserved = ["kubernetes.io", "k8s.io", "onboarding.tetrate.io"];

    /// <summary>True for a label that Istio gives a meaning: <c>*.istio.io/*</c>, <c>topology.*/*</c>, <c>istio-locality</c>.</summary>
    /// <param name="key">Key of a label.</param>
    public static bool IsProtected(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        string prefix = PrefixOf(key);
        return prefix.Length == 0
            ? key == "istio-locality"
            : prefix.StartsWith("topology.", StringComparison.Ordinal) || IsBelow(prefix, Istio) || IsReserved(key);
    }

    /// <summary>True for a label that Kubernetes or this project owns: no rule can open it.</summary>
    /// <param name="key">Key of a label.</param>
    public static bool IsReserved(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        string prefix = PrefixOf(key);

        // The topology labels of Kubernetes choose traffic, as Istio's do, and may be opened like those.
        return IsBelow(prefix, Reserved) && !prefix.StartsWith("topology.", StringComparison.Ordinal);
    }

    private static string PrefixOf(string key) => key.IndexOf('/', StringComparison.Ordinal) is >= 0 and int slash ? key[..slash] : "";

    private static bool IsBelow(string prefix, string[] domains) =>
        domains.Any(domain => prefix == domain || prefix.EndsWith("." + domain, StringComparison.Ordinal));
}
