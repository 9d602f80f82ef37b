namespace Onboarding.Embedded.Kinds;

/// <summary>
/// Kinds that a laptop has no use for and a test of an installation has: Deployments, autoscalers. They are added before the first server
/// starts; nothing that ships adds any.
/// </summary>
internal static class AddedKinds
{
    private static readonly List<Kind> Added = [];

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Kind> All => Added;

    /// <summary>Adds some.</summary>
    public static void Add(params IEnumerable<Kind> kinds) => Added.AddRange(kinds);
}
