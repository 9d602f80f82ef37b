using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.Architecture;

/// <summary>
/// The folders of an assembly use each other in one direction. Files beside the project file start the folders or are what all of them share;
/// they are not in the graph.
/// </summary>
public sealed class FolderCycleTests
{
    public static TheoryData<string> Assemblies => [.. Product.Assemblies];

    [Theory]
    [MemberData(nameof(Assemblies))]
    public void No_folder_uses_one_that_uses_it(string assembly) => FolderGraph.ReadAssembly(assembly).ShortestCycle().ShouldBeEmpty();

    [Fact]
    public void The_shortest_cycle_is_named_with_the_files_that_make_it() => FolderGraph.Parse(
    [
        ("A/One.cs", "using P.B;\nnamespace P.A;\nclass One { }"),
        ("B/Two.cs", "using P.C;\nnamespace P.B;\nclass Two { }"),
        ("C/Three.cs", "namespace P.C;\nclass Three { A.One one; B.Two two; }"),
        ("Program.cs", "using P.A;\nusing P.B;\nnamespace P;\nclass Program { }"),
    ]).ShortestCycle().ShouldBe(["B uses C (B/Two.cs)", "C uses B (C/Three.cs)"]);

    [Theory]
    [InlineData("namespace P.B;\nclass Two { A.One one; }")]
    [InlineData("namespace P.B;\nclass Two { object One => P.A.One.Name; }")]
    [InlineData("using static P.A.One;\nnamespace P.B;\nclass Two { }")]
    [InlineData("using First = P.A.One;\nnamespace P.B;\nclass Two { }")]
    public void A_name_uses_the_folder_of_its_type(string two) =>
        FolderGraph.Parse([("A/One.cs", "using P.B;\nnamespace P.A;\nclass One { }"), ("B/Two.cs", two)]).ShortestCycle().Count.ShouldBe(2);

    [Theory]
    [InlineData("namespace P.B;\n/// <see cref=\"A.One\"/>\nclass Two { }")]
    [InlineData("namespace P.B;\nclass Two { string S => \"A.One\"; }")]
    [InlineData("namespace P.B;\nclass Two { object O => A.Other; }")]
    public void What_only_looks_like_the_name_of_a_type_does_not(string two) =>
        FolderGraph.Parse([("A/One.cs", "using P.B;\nnamespace P.A;\nclass One { }"), ("B/Two.cs", two)]).ShortestCycle().ShouldBeEmpty();
}
