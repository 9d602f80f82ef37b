using System.Text.RegularExpressions;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.Documentation;

/// <summary>
/// Tables of docs/reference/names.md between <c>generated from</c> and <c>end</c> are what the constants of a file say.
/// ONBOARDING_UPDATE_GOLDEN=1 rewrites them.
/// </summary>
public sealed partial class GeneratedNamesTests
{
    private static readonly string Page = Path.Combine(Repository.Root, "docs", "reference", "names.md");

    [Fact]
    public void Tables_of_constants_are_generated_from_the_code()
    {
        string page = File.ReadAllText(Page);

        string generated = Tables().Replace(page, table => $"{table.Groups["begin"].Value}{Table(table.Groups["file"].Value, table.Groups["owner"].Value)}\n{table.Groups["end"].Value}");

        Tables().Count(page).ShouldBe(6, "annotations, labels, Events, metrics, reason codes and error ids");
        if (Environment.GetEnvironmentVariable("ONBOARDING_UPDATE_GOLDEN") == "1")
        {
            File.WriteAllText(Page, generated);
            return;
        }

        page.ShouldBe(generated, "docs/reference/names.md is stale; ONBOARDING_UPDATE_GOLDEN=1 dotnet test tests/unit rewrites it");
    }

    [Fact]
    public void A_row_has_the_value_of_the_constant_and_its_summary() => Rows("""
            /// <summary>Says <c>this</c>
            /// twice.</summary>
            public const string First = "FIRST_ONE";

            /// <summary>As <see cref="First"/>.</summary>
            public const string Second = nameof(Second);
        """, "client").ShouldBe(["| `FIRST_ONE` | client | Says `this` twice. |", "| `Second` | client | As `First`. |"]);

    private static string Table(string file, string owner) => string.Concat(
        new[] { "| name | owner | meaning |", "|---|---|---|" }
            .Concat(Rows(File.ReadAllText(Path.Combine(Repository.Root, file)), owner))
            .Select(row => row + "\n"));

    // The domain of the codes is no code.
    private static IEnumerable<string> Rows(string code, string owner) => Constants().Matches(code)
        .Where(constant => constant.Groups["name"].Value != "Domain")
        .Select(constant => $"| `{ValueOf(constant)}` | {owner} | {Plain(constant.Groups["summary"].Value)} |");

    private static string ValueOf(Match constant) => constant.Groups["text"].Success ? constant.Groups["text"].Value : constant.Groups["name"].Value;

    private static string Plain(string summary) => Tags().Replace(LineBreaks().Replace(summary, " ").Trim(), tag => $"`{tag.Groups["name"].Value}`");

    [GeneratedRegex(@"(?<begin><!-- generated from (?<file>\S+), owner (?<owner>\w+) -->\n\n)(?:\|[^\n]*\n)*\n(?<end><!-- end -->)")]
    private static partial Regex Tables();

    [GeneratedRegex(@"/// <summary>(?<summary>[^\n]*(?:\n\s*///[^\n]*)*?)</summary>\n(?:\s*///[^\n]*\n)*\s*public const string (?<name>\w+) = (?:""(?<text>[^""]*)""|nameof\(\w+\));")]
    private static partial Regex Constants();

    [GeneratedRegex(@"\s*\n\s*///\s*")]
    private static partial Regex LineBreaks();

    [GeneratedRegex(@"<c>(?<name>[^<]*)</c>|<see cref=""(?:\w+\.)*(?<name>\w+)""\s*/>")]
    private static partial Regex Tags();
}
