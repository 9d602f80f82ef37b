using System.Xml.Linq;
using Onboarding.Testing;

namespace Onboarding.Tests.Unit.Architecture;

/// <summary>The projects of the solution that ship, by their folder.</summary>
internal static class Product
{
    /// <summary>Their folders.</summary>
    public static IReadOnlyList<string> Assemblies { get; } =
    [
        .. XDocument.Load(Path.Combine(Repository.Root, "Onboarding.slnx")).Root!.Elements("Project")
            .Select(p => Path.GetDirectoryName((string)p.Attribute("Path")!)!)
            .Where(folder => folder != "bench" && folder.Split(Path.DirectorySeparatorChar, '/')[0] is not ("samples" or "tests")),
    ];

    /// <summary>What a project references: our projects by their folder, packages by their name.</summary>
    public static IReadOnlySet<string> ReferencesOf(string assembly)
    {
        string project = Directory.EnumerateFiles(Path.Combine(Repository.Root, assembly), "*.csproj").Single();
        XElement[] items = [.. XDocument.Load(project).Descendants()];
        return items.Where(i => i.Name.LocalName == "ProjectReference" && (string?)i.Attribute("ReferenceOutputAssembly") != "false")
            .Select(i => Path.GetFileName(Path.GetDirectoryName(((string)i.Attribute("Include")!).Replace('\\', '/')))!)
            .Concat(items.Where(i => i.Name.LocalName == "PackageReference").Select(i => (string)i.Attribute("Include")!))
            .ToHashSet();
    }
}
