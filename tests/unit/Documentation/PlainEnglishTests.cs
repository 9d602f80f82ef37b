using System.Text.RegularExpressions;
using Onboarding.Testing;
using Onboarding.Tests.Unit.Architecture;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.Documentation;

/// <summary>What users read keeps to the style sheet in CONTRIBUTING.md: text in code, contracts, definitions, help and docs.</summary>
public sealed partial class PlainEnglishTests
{
    private static readonly string[] Folders = [.. Product.Assemblies, "samples", "module", "docs", "deploy"];

    public static TheoryData<string> Places => [.. Folders, "."];

    [Theory]
    [MemberData(nameof(Places))]
    public void No_word_of_the_style_sheet_s_list_reaches_users(string place) => FilesOf(place).SelectMany(Lines)
        .Where(line => Banned().IsMatch(line.Text))
        .Select(line => line.Place)
        .ShouldBeEmpty();

    [Theory]
    [InlineData("a.cs", "throw new X(\"Ask whoever did it.\");", true)]
    [InlineData("a.cs", "throw new X($\"Nobody {x} it.\");", true)]
    [InlineData("a.cs", "    // Nobody asks.", false)]
    [InlineData("a.cs", "    private int _stands;", false)]
    [InlineData("a.md", "Ask whoever did it.", true)]
    [InlineData("a.proto", "// It stands.", true)]
    [InlineData("a.md", "Understands.", false)]
    public void A_word_counts_where_users_read_it(string file, string line, bool counts) => Banned().IsMatch(UserVisible(file, line)).ShouldBe(counts);

    [Fact]
    public void The_style_sheet_lists_the_words()
    {
        string sheet = File.ReadAllText(Path.Combine(Repository.Root, "CONTRIBUTING.md"));

        foreach (string word in new[] { "whoever", "somebody", "nobody", "anew", "stands", "leave to", "of use" })
        {
            Banned().IsMatch(word).ShouldBeTrue(word);
            sheet.ShouldContain(word);
        }
    }

    private static IEnumerable<string> FilesOf(string folder) => Directory
        .EnumerateFiles(Path.Combine(Repository.Root, folder), "*", folder == "." ? SearchOption.TopDirectoryOnly : SearchOption.AllDirectories)
        .Select(path => Path.GetRelativePath(Repository.Root, path))
        .Where(path => path != "CONTRIBUTING.md") // It lists the words.
        .Where(path => Path.GetExtension(path) is ".cs" or ".md" or ".proto" or ".yaml" or ".xml" or ".txt" or ".ps1xml" or ".psd1" or ".sh")
        .Where(path => !path.Split('/').Any(part => part is "obj" or "bin"));

    private static IEnumerable<(string Text, string Place)> Lines(string file) => File.ReadLines(Path.Combine(Repository.Root, file))
        .Select((line, i) => (UserVisible(file, line), $"{file}:{i + 1}: {line.Trim()}"));

    private static string UserVisible(string file, string line) => Path.GetExtension(file) != ".cs" ? line
        : line.TrimStart().StartsWith("//", StringComparison.Ordinal) ? ""
        : string.Join('\n', Literals().Matches(line).Select(m => m.Value));

    [GeneratedRegex(@"\b(?:whoever|somebody|nobody|anew|stands|leave to|of use)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Banned();

    [GeneratedRegex("\"(?:[^\"\\\\]|\\\\.)*\"")]
    private static partial Regex Literals();
}
