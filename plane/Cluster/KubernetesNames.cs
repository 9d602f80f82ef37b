namespace Onboarding.Plane.Cluster;

/// <summary>What Kubernetes takes for names (RFC 1123).</summary>
internal static class KubernetesNames
{
    private const int LongestLabel = 63;
    private const int LongestSubdomain = 253;

    /// <summary>True for the name of a namespace.</summary>
    public static bool IsLabel(string name) => name.Length is > 0 and <= LongestLabel && IsPart(name);

    /// <summary>True for the name of most objects.</summary>
    public static bool IsSubdomain(string name) => name.Length is > 0 and <= LongestSubdomain && name.Split('.').All(IsPart);

    private static bool IsPart(string part) =>
        part.Length > 0 && part[0] != '-' && part[^1] != '-' && part.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');
}
