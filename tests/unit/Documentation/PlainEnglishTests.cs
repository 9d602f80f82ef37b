using System.Text.RegularExpressions;
using Onboarding.Testing;
using Onboarding.Tests.Unit.Architecture;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.Documentation;

/// <summary>What people read keeps to the style sheet in CONTRIBUTING.md: code and its comments, contracts, definitions, help and docs.</summary>
public sealed partial class PlainEnglishTests
{
    private static readonly string[] Folders = [.. Product.Assemblies, "bench", "samples", "module", "docs", "deploy", "build"];

    public static TheoryData<string> Places => [.. Folders, "."];

    [Theory]
    [MemberData(nameof(Places))]
    public void No_word_of_the_style_sheet_s_list_is_used(string place) => FilesOf(place).SelectMany(Lines).ShouldBeEmpty();

    [Theory]
    [InlineData("throw new X(\"Ask whoever did it.\");", true)]
    [InlineData("    // Nobody asks.", true)]
    [InlineData("It stands.", true)]
    [InlineData("    private int _stands;", false)]
    [InlineData("Understands.", false)]
    public void A_word_counts_as_a_word(string line, bool counts) => Banned().IsMatch(line).ShouldBe(counts);

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
        .Where(path => path != "THIRD-PARTY-NOTICES.txt" && !path.StartsWith("build/licenses/", StringComparison.Ordinal)) // Others wrote these.
        .Where(path => Path.GetExtension(path) is ".cs" or ".md" or ".proto" or ".yaml" or ".xml" or ".txt" or ".ps1xml" or ".psd1" or ".sh")
        .Where(path => !path.Split('/').Any(part => part is "obj" or "bin"));

    private static IEnumerable<string> Lines(string file) => File.ReadLines(Path.Combine(Repository.Root, file))
        .Select((line, i) => (line, Place: $"{file}:{i + 1}: {line.Trim()}"))
        .Where(l => Banned().IsMatch(l.line))
        .Select(l => l.Place);

    [GeneratedRegex(@"\b(?:whoever|somebody|nobody|anew|stands|leave to|of use)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Banned();
}
