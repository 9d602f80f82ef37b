using System.Text.RegularExpressions;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.Suite;

/// <summary>
/// Wording is asserted in golden files alone (<see cref="Golden"/>; <c>Confirm-Golden</c> of Pester), so that an editor's pass over our sentences breaks no test. A text is taken for wording if one
/// of its lines has four words or more, three of them of letters alone, and one of those a word that sentences are made with (<see cref="Grammar"/>). Values, paths and commands aren't.
/// </summary>
public sealed partial class WordingTests
{
    // Kubernetes' own words, which a real API server has to say as well: that is what is compared there.
    private static readonly string Exempt = Path.Combine("tests", "e2e", "Conformance");

    private static readonly HashSet<string> GrammarWords = new(Grammar.Split(' '), StringComparer.Ordinal);

    private const string Grammar =
        "a an the is isn't are aren't was wasn't were be been has have had hasn't may must can can't could couldn't doesn't don't does do didn't did won't will " +
        "it its this that these those of to for from by with at in on no not and or but as than under there which what who when while until after before between";

    [Fact]
    public void Assertions_compare_no_wording()
    {
        IEnumerable<string> found = from file in Files("*.cs").Concat(Files("*.ps1"))
                                    let source = File.ReadAllText(file)
                                    from text in file.EndsWith(".cs", StringComparison.Ordinal) ? AssertedTexts.OfCSharp(source) : AssertedTexts.OfPowerShell(source)
                                    where IsWording(text.Text)
                                    select $"{Path.GetRelativePath(Repository.Root, file)}:{text.Line}: {text.Text}";

        found.ShouldBeEmpty("assert an id, a code or a value, or let ShouldBeGolden or Confirm-Golden hold the text");
    }

    [Theory]
    [InlineData(true, """x.Message.ShouldContain("the disk is a copy");""")]
    [InlineData(true, """x.Message.ShouldBe($"{a["b"]} can't be used here: it isn't there.");""")]
    [InlineData(true, """x.ShouldBe(["no", "it admits no workload at all"]);""")]
    [InlineData(true, """x.ShouldBe((2, "it admits no workload"));""")]
    [InlineData(true, """x.ShouldContain(w => w.Contains("it admits no workload", O));""")]
    [InlineData(false, """x.ShouldBe(2, "the disk is a copy");""")]
    [InlineData(false, """x.ShouldBe(a["b"], "the disk is a copy");""")]
    [InlineData(false, """x.ShouldBeTrue("the disk is a copy");""")]
    [InlineData(false, """x.ShouldContain("kubectl -n bookinfo get war ratings -o yaml");""")]
    [InlineData(false, """x.ShouldContain(" spec.allow[0].labels: ");""")]
    public void A_sentence_is_found_where_it_is_expected_alone(bool found, string source) =>
        AssertedTexts.OfCSharp(source).Any(t => IsWording(t.Text)).ShouldBe(found);

    [Theory]
    [InlineData(true, "$a | Should -Match 'the disk isn''t a copy'")]
    [InlineData(true, "$steps -match 'the disk is a copy' | Should -HaveCount 1")]
    [InlineData(false, "$a | Should -Be 2 -Because 'the disk is a copy'")]
    [InlineData(false, "Set-Content x 'the disk is a copy'")]
    public void A_sentence_is_found_in_PowerShell_too(bool found, string source) =>
        AssertedTexts.OfPowerShell(source).Any(t => IsWording(t.Text)).ShouldBe(found);

    [Fact]
    public void Every_section_of_a_golden_file_is_of_a_test_that_is_there()
    {
        foreach (string golden in Directory.EnumerateDirectories(Path.Combine(Repository.Root, "tests"))
            .Select(s => Path.Combine(s, "golden")).Where(Directory.Exists).SelectMany(g => Directory.EnumerateFiles(g, "*.txt", SearchOption.AllDirectories)))
        {
            string source = golden.Replace($"{Path.DirectorySeparatorChar}golden{Path.DirectorySeparatorChar}", $"{Path.DirectorySeparatorChar}", StringComparison.Ordinal);
            string path = File.Exists(Path.ChangeExtension(source, ".cs")) ? Path.ChangeExtension(source, ".cs") : Path.ChangeExtension(source, ".Tests.ps1");
            string tests = File.ReadAllText(path);
            Golden.Read(golden).Keys.Where(k => !tests.Contains(path.EndsWith(".cs", StringComparison.Ordinal) ? Methods().Match(k).Value : $"'{k}'", StringComparison.Ordinal))
                .ShouldBeEmpty($"{golden} has sections of no test");
        }
    }

    private static IEnumerable<string> Files(string pattern) =>
        Directory.EnumerateFiles(Path.Combine(Repository.Root, "tests"), pattern, SearchOption.AllDirectories)
            .Where(f => !f.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal)
                && !f.Contains($"{Path.DirectorySeparatorChar}bin{Path.DirectorySeparatorChar}", StringComparison.Ordinal)
                && !f.Contains(Exempt, StringComparison.Ordinal) && !f.EndsWith($"{nameof(WordingTests)}.cs", StringComparison.Ordinal));

    private static bool IsWording(string text) => text.Replace("\\n", "\n", StringComparison.Ordinal).Split('\n').Any(IsSentence);

    private static bool IsSentence(string line)
    {
        string[] words = [.. Interpolations().Replace(line, "X").Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(w => w.Trim('.', ',', ':', ';', '!', '?', '(', ')', '[', ']', '"', '\'', '\\', '^', '$')).Where(w => w.Any(char.IsAsciiLetter))];
        string[] plain = [.. words.Where(w => Letters().IsMatch(w))];
        return words.Length >= 4 && plain.Length >= 3 && plain.Any(GrammarWords.Contains);
    }

    [GeneratedRegex(@"\{(?:[^{}""]|""[^""]*"")*\}")]
    private static partial Regex Interpolations();

    [GeneratedRegex("^[A-Za-z]+(?:'[a-z]+)?$")]
    private static partial Regex Letters();

    [GeneratedRegex(@"^\w+")]
    private static partial Regex Methods();
}
