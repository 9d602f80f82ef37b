using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.Architecture;

/// <summary>The table of folders in docs/architecture.md is what the project files say.</summary>
public sealed class ArchitectureTableTests
{
    private static readonly Dictionary<string, string> Rows = File.ReadLines(Path.Combine(Repository.Root, "docs", "architecture.md"))
        .SkipWhile(line => !line.StartsWith("| Folder |", StringComparison.Ordinal))
        .TakeWhile(line => line.Length > 0)
        .Select(line => line.Split('|', StringSplitOptions.TrimEntries))
        .Where(cells => cells.Length == 5 && cells[1].StartsWith('`'))
        .ToDictionary(cells => cells[1].Trim('`', '/'), cells => cells[3]);

    public static TheoryData<string> Assemblies => [.. Product.Assemblies];

    [Theory]
    [MemberData(nameof(Assemblies))]
    public void A_folder_depends_on_what_its_row_says(string assembly)
    {
        Rows.ShouldContainKey(assembly, "docs/architecture.md tells of every assembly");
        IReadOnlySet<string> references = Product.ReferencesOf(assembly);

        // After the semicolon: programs that are started, not referenced.
        string[] told = [.. Rows[assembly].Split(';')[0].Split(',', StringSplitOptions.TrimEntries).Where(name => name != "–")];

        told.Intersect(Product.Assemblies).ShouldBe(references.Intersect(Product.Assemblies), ignoreOrder: true);
        told.Except(Product.Assemblies).ShouldBeSubsetOf(references, "packages");
    }

    [Fact]
    public void Every_folder_of_the_table_exists() =>
        Rows.Keys.SelectMany(cell => cell.Split(',', StringSplitOptions.TrimEntries)).Select(name => name.Trim('`', '/'))
            .ShouldAllBe(name => Path.Exists(Path.Combine(Repository.Root, name)));
}
