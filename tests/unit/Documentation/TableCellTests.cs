using System.Text.RegularExpressions;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.Documentation;

/// <summary>
/// A table cell holds a value or a phrase; what needs more is said below the table. What counts is what is read: a link's text, not its target.
/// </summary>
public sealed partial class TableCellTests
{
    private const int Longest = 180;

    [Fact]
    public void No_cell_holds_a_paragraph() => Directory
        .EnumerateFiles(Path.Combine(Repository.Root, "docs"), "*.md", SearchOption.AllDirectories)
        .Concat(Directory.EnumerateFiles(Repository.Root, "*.md"))
        .SelectMany(file => TooLong(File.ReadAllText(file)).Select(cell => $"{Path.GetRelativePath(Repository.Root, file)}: {cell}"))
        .ShouldBeEmpty();

    [Theory]
    [InlineData("| name | {0} |", 180, 0)]
    [InlineData("| name | {0} |", 181, 1)]
    [InlineData("| {0} | {0} |", 181, 2)]
    [InlineData("| [{0}](https://istio.io/latest/docs/) | name |", 180, 0)]
    [InlineData("| `a\\|b` {0} | name |", 176, 1)]
    [InlineData("{0} without a table", 181, 0)]
    [InlineData("```\n| {0} |\n```", 181, 0)]
    [InlineData("<!-- generated from log events -->\n| {0} |\n<!-- end -->", 181, 0)]
    public void A_cell_counts_by_what_is_read(string text, int length, int expected) =>
        TooLong(string.Format(System.Globalization.CultureInfo.InvariantCulture, text, new string('x', length))).Count().ShouldBe(expected);

    private static IEnumerable<string> TooLong(string page) =>
        from line in Unread().Replace(page, "").Split('\n')
        where line.StartsWith('|')
        from cell in Separators().Split(Links().Replace(line, "$1").Replace("`", "", StringComparison.Ordinal))
        where cell.Trim().Length > Longest
        select cell.Trim();

    // Code blocks, and the texts of log events, which are values.
    [GeneratedRegex(@"^```.*?^```|<!-- generated from log events -->.*?<!-- end -->", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Unread();

    [GeneratedRegex(@"\[([^\]]*)\]\([^)]*\)")]
    private static partial Regex Links();

    [GeneratedRegex(@"(?<!\\)\|")]
    private static partial Regex Separators();
}
