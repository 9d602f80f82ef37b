using System.Globalization;
using System.Text.RegularExpressions;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.Suite;

/// <summary>
/// Every attack of the list has a test whose name starts with its number, wherever the piece is tested that it is about: 1 to 50 at the plane
/// (<c>tests/integration/Attacks</c>), 51 to 55 in the agent (<c>tests/integration/Client</c>), 56 to 60 in the module (<c>tests/pester</c>). Case 61, parameters in a
/// generated install script, has no meaning as it is, as nothing here writes one; what is generated for people to run is the command
/// after a refusal, and it is that which the test is about. Where only a part of a case has no meaning, its test says so.
/// docs/security.md has a row for each of them and for each entry A1 to A12 of attacks on this product.
/// </summary>
public sealed partial class CaseIndexTests
{
    private const int Last = 61;
    private const int LastEntry = 12;

    [Fact]
    public void Every_attack_has_a_test_that_bears_its_number()
    {
        IEnumerable<string> numbers = Files("*.cs").SelectMany(f => Methods().Matches(File.ReadAllText(f)))
            .Concat(Files("*.Tests.ps1").SelectMany(f => Sentences().Matches(File.ReadAllText(f))))
            .SelectMany(m => m.Groups[1].Captures.Select(c => c.Value));
        HashSet<int> covered = [.. numbers.Select(n => int.Parse(n, CultureInfo.InvariantCulture))];

        Enumerable.Range(1, Last).Except(covered).ShouldBeEmpty("attacks without a test");
        covered.Max().ShouldBe(Last, "a new attack moves the end of the list");
    }

    [Fact]
    public void Every_attack_has_one_row_in_the_documentation_whose_tests_exist_and_bear_its_number()
    {
        (string Number, string[] Tests)[] rows =
        [
            .. Rows().Matches(File.ReadAllText(Path.Combine(Repository.Root, "docs", "security.md")))
                .Select(row => (row.Groups["number"].Value, Quoted().Matches(row.Groups["tests"].Value).Select(t => t.Groups[1].Value).ToArray())),
        ];
        string[] numbers = [.. Enumerable.Range(1, Last).Select(Text), .. Enumerable.Range(1, LastEntry).Select(n => $"A{Text(n)}")];
        rows.Select(r => r.Number).ShouldBe(numbers, "each number has one row, in their order");

        Dictionary<string, string> texts = Files("*.cs").SelectMany(f => Classes().Matches(File.ReadAllText(f)).Select(m => (Name: m.Groups[1].Value, File: f)))
            .GroupBy(c => c.Name).ToDictionary(c => c.Key, c => string.Concat(c.Select(d => d.File).Distinct().Select(File.ReadAllText)));
        foreach (string file in Files("*.Tests.ps1"))
        {
            texts[Path.GetFileName(file)] = File.ReadAllText(file);
        }

        rows.SelectMany(row => row.Tests.Select(test => (row.Number, Test: test)).DefaultIfEmpty((row.Number, Test: "")))
            .Where(r => !texts.ContainsKey(r.Test)).ShouldBeEmpty("tests that don't exist");
        rows.Where(row => !row.Tests.All(test => Bears(texts[test], row.Number)) && !row.Number.StartsWith('A')
                || !row.Tests.Any(test => Bears(texts[test], row.Number)))
            .Select(row => row.Number).ShouldBeEmpty("tests without the number");
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static bool Bears(string text, string number) => number.StartsWith('A')
        ? Regex.IsMatch(text, $@"\b{number}[_:]")
        : Regex.IsMatch(text, $@"\bCase(?:\d\d_and_)?{number.PadLeft(2, '0')}[_:]");

    private static IEnumerable<string> Files(string pattern) =>
        Directory.EnumerateFiles(Path.Combine(Repository.Root, "tests"), pattern, SearchOption.AllDirectories)
            .Where(f => !f.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal));

    [GeneratedRegex(@"(?:Task|void) Case(\d\d)(?:_and_(?<1>\d\d))*_")]
    private static partial Regex Methods();

    [GeneratedRegex(@"(?:It|Describe) 'Case(\d\d): ")]
    private static partial Regex Sentences();

    [GeneratedRegex(@"^\| (?<number>A?\d+) \| [^|]+ \| [^|]+ \| (?<tests>[^|]+) \|$", RegexOptions.Multiline)]
    private static partial Regex Rows();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"\bclass (\w+Tests)\b")]
    private static partial Regex Classes();
}
