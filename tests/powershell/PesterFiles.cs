using System.Text.RegularExpressions;
using Onboarding.Testing;

namespace Onboarding.Tests.PowerShell;

/// <summary>The Pester files of the repository and the tests they have, read as text: discovery must not start a PowerShell.</summary>
internal static partial class PesterFiles
{
    public static string Root { get; } = Path.Combine(Repository.Root, "tests", "pester");

    /// <summary>Each test: the file, relative to <see cref="Root"/>, and its name.</summary>
    /// <param name="tag">Only the tests of files in which each <c>Describe</c> has this tag; null means of all files.</param>
    public static IEnumerable<(string File, string Name)> Tests(string? tag = null) =>
        from path in Directory.EnumerateFiles(Root, "*.Tests.ps1", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
        let script = File.ReadAllText(path)
        where tag is null || script.Contains($" -Tag {tag} ", StringComparison.Ordinal)
        from name in NamesIn(script)
        select (Path.GetRelativePath(Root, path), name);

    private static IEnumerable<string> NamesIn(string script) =>
        It().Matches(script).Select(m => m.Groups["name"].Value.Replace("''", "'", StringComparison.Ordinal)).Distinct();

    // House rule of the suite: a test's name is after It, in single quotes.
    [GeneratedRegex(@"^\s*It\s+'(?<name>(?:[^']|'')+)'", RegexOptions.Multiline)]
    private static partial Regex It();
}
