using Onboarding.Testing;

namespace Onboarding.Tests.E2E.Packages;

/// <summary>What <c>build/debian-root.sh</c> and <c>build/package-agent.sh</c> have made; <c>.ci/run</c> calls both.</summary>
internal static class DebianRoot
{
    private static readonly string Roots = System.IO.Path.Combine(Repository.Root, "artifacts", "debian-root");

    /// <summary>The tree of a Debian with systemd.</summary>
    public static string Path => Directory.GetFiles(Roots, "*.complete").Select(f => f[..^".complete".Length]).Single();

    /// <summary>The agent's package.</summary>
    /// <param name="pattern">How its name looks.</param>
    public static string Package(string pattern) => Directory.GetFiles(System.IO.Path.Combine(Repository.Root, "artifacts", "packages"), pattern).Single();
}
