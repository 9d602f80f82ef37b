using System.Text.RegularExpressions;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.Architecture;

/// <summary>A name means one thing in the product. Two assemblies that declare one name make each reader ask which of them is meant.</summary>
public sealed partial class TypeNameTests
{
    // A name, and why it may be declared twice.
    private static readonly Dictionary<string, string> Allowed = new(StringComparer.Ordinal)
    {
        ["OnboardingPlane"] = "the kind of the resource, and the PowerShell type of a plane that runs, which formats and help pages name",
    };

    [Fact]
    public void No_two_assemblies_declare_one_name() => Twice(Product.Assemblies.SelectMany(Files))
        .ExceptBy(Allowed.Keys, name => name.Name)
        .Select(name => $"{name.Name}: {string.Join(", ", name.Paths)}")
        .ShouldBeEmpty();

    [Fact]
    public void A_name_on_the_list_is_declared_twice() =>
        Allowed.Keys.Except(Twice(Product.Assemblies.SelectMany(Files)).Select(name => name.Name)).ShouldBeEmpty();

    [Fact]
    public void A_name_that_is_declared_twice_is_told_with_its_files() => Twice(
    [
        ("one", "one/Thing.cs", "namespace One;\npublic sealed partial class Thing<T>\n{\n    class Inner { }\n}"),
        ("one", "one/Thing.Part.cs", "namespace One;\npublic sealed partial class Thing<T>;"),
        ("two", "two/Other.cs", "namespace Two;\n/// <summary>class Third</summary>\ninternal readonly record struct Thing(int A);\ninternal delegate Inner One(int a);"),
    ]).ShouldHaveSingleItem().Paths.ShouldBe(["one/Thing.cs", "one/Thing.Part.cs", "two/Other.cs"]);

    [Fact]
    public void The_name_of_a_factory_says_what_it_reads_or_makes() => Product.Assemblies.SelectMany(Files)
        .Where(file => BareOf().IsMatch(file.Text))
        .Select(file => $"{file.Path} has a static member that is called Of")
        .ShouldBeEmpty();

    [GeneratedRegex(@"^ *(?:\w+ )*static [^=(]*\bOf\(", RegexOptions.Multiline)]
    private static partial Regex BareOf();

    private static IEnumerable<(string Name, string[] Paths)> Twice(IEnumerable<(string Assembly, string Path, string Text)> files) =>
        from file in files
        from name in SourceFile.Parse(file.Path, "", file.Text).TopLevelTypes
        group file by name into declared
        where declared.DistinctBy(file => file.Assembly).Count() > 1
        select (declared.Key, declared.Select(file => file.Path).ToArray());

    private static IEnumerable<(string Assembly, string Path, string Text)> Files(string assembly) =>
        Directory.EnumerateFiles(Path.Combine(Repository.Root, assembly), "*.cs", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Repository.Root, path))
            .Where(path => !path.Split(Path.DirectorySeparatorChar).Any(part => part is "obj" or "bin"))
            .Select(path => (assembly, path, File.ReadAllText(Path.Combine(Repository.Root, path))));
}
