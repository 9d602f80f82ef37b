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
/// </summary>
public sealed partial class CaseIndexTests
{
    private const int Last = 61;

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

    private static IEnumerable<string> Files(string pattern) =>
        Directory.EnumerateFiles(Path.Combine(Repository.Root, "tests"), pattern, SearchOption.AllDirectories)
            .Where(f => !f.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal));

    [GeneratedRegex(@"(?:Task|void) Case(\d\d)(?:_and_(?<1>\d\d))*_")]
    private static partial Regex Methods();

    [GeneratedRegex(@"(?:It|Describe) 'Case(\d\d): ")]
    private static partial Regex Sentences();
}
