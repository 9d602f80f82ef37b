using System.Text.RegularExpressions;

namespace Onboarding.Tests.Unit.Architecture;

/// <summary>A C# file of a product assembly, as far as the graph between folders needs it.</summary>
/// <param name="Path">Its path in the repository.</param>
/// <param name="Folder">The folder of its assembly that it is in; empty beside the project file.</param>
/// <param name="Namespace">Its namespace.</param>
/// <param name="Types">The types that it declares.</param>
/// <param name="TopLevelTypes">Those of them that are in no other type.</param>
/// <param name="Usings">The namespaces and types that it imports.</param>
/// <param name="QualifiedNames">Every name with a dot in it.</param>
internal sealed partial record SourceFile(
    string Path,
    string Folder,
    string Namespace,
    IReadOnlySet<string> Types,
    IReadOnlySet<string> TopLevelTypes,
    IReadOnlyList<string> Usings,
    IReadOnlySet<string> QualifiedNames)
{
    public static SourceFile Parse(string path, string folder, string text)
    {
        // What a comment or a string mentions is no dependency.
        string code = Strings().Replace(Comments().Replace(text, ""), "\"\"");
        return new SourceFile(
            path,
            folder,
            Namespaces().Match(code).Groups[1].Value,
            Declarations().Matches(code).Select(m => m.Groups[1].Value).ToHashSet(),
            TopLevel().Matches(code).Select(m => m.Groups[1].Value).ToHashSet(),
            [.. Imports().Matches(code).Select(m => m.Groups[1].Value)],
            Qualified().Matches(code).Select(m => m.Value).ToHashSet());
    }

    [GeneratedRegex("//[^\n]*")]
    private static partial Regex Comments();

    [GeneratedRegex("\"(?:[^\"\\\\\n]|\\\\.)*\"")]
    private static partial Regex Strings();

    [GeneratedRegex(@"^namespace ([\w.]+)", RegexOptions.Multiline)]
    private static partial Regex Namespaces();

    [GeneratedRegex(@"\b(?:class|struct|record|interface|enum)\s+(?!struct\b)(\w+)")]
    private static partial Regex Declarations();

    [GeneratedRegex(@"^(?:\w+ )*(?:class|struct|record|interface|enum|delegate [\w<>\[\]?., ]+?) (?!struct\b|class\b)(\w+)", RegexOptions.Multiline)]
    private static partial Regex TopLevel();

    [GeneratedRegex(@"^using (?:static )?(?:\w+ = )?([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Imports();

    [GeneratedRegex(@"\b\w+(?:\.\w+)+")]
    private static partial Regex Qualified();
}
