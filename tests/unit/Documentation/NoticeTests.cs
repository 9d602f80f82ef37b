using System.Text;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.Documentation;

/// <summary>
/// B17: THIRD-PARTY-NOTICES.txt names what ships with our programs and the module, as the lock files and the packages say it.
/// ONBOARDING_UPDATE_GOLDEN=1 rewrites it.
/// </summary>
public sealed class NoticeTests
{
    private static readonly string[] Shipped = ["agent-host", "cmdlets", "endpoint", "lab", "mesh-sidecar-probe", "operator"];

    // Licences whose text is in build/licenses; Apache-2.0 is our own, in LICENSE.
    private static readonly string[] Known = ["Apache-2.0", "BSD-3-Clause", "MIT"];

    private static readonly string Packages = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
        ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    [Fact]
    public void B17_The_notices_name_every_package_that_ships()
    {
        string file = Path.Combine(Repository.Root, "THIRD-PARTY-NOTICES.txt");

        string generated = Notices();

        if (Environment.GetEnvironmentVariable("ONBOARDING_UPDATE_GOLDEN") == "1")
        {
            File.WriteAllText(file, generated);
            return;
        }

        File.ReadAllText(file).ShouldBe(generated, "THIRD-PARTY-NOTICES.txt is stale; ONBOARDING_UPDATE_GOLDEN=1 dotnet test tests/unit rewrites it");
    }

    private static string Notices()
    {
        var text = new StringBuilder("Onboarding's own licence is Apache-2.0 (LICENSE). It ships with these packages of others, and its native programs with the .NET runtime\n(MIT, Copyright (c) .NET Foundation and Contributors).\n");
        var licences = new SortedSet<string>(StringComparer.Ordinal) { "MIT" };
        foreach ((string id, string version) in Shipped.SelectMany(Locked).Distinct().OrderBy(p => p.Id, StringComparer.OrdinalIgnoreCase))
        {
            string directory = Path.Combine(Packages, id.ToLowerInvariant(), version);
            Directory.Exists(directory).ShouldBeTrue($"package {id} {version} is not restored; next: dotnet restore Onboarding.slnx");
            if (!ShipsCode(directory))
            {
                continue;
            }

            XElement metadata = XDocument.Load(Path.Combine(directory, $"{id.ToLowerInvariant()}.nuspec")).Root!.Elements().Single(e => e.Name.LocalName == "metadata");
            string Of(string name) => metadata.Elements().FirstOrDefault(e => e.Name.LocalName == name)?.Value.Trim() ?? "";
            XElement licence = metadata.Elements().Single(e => e.Name.LocalName == "license");
            bool isFile = licence.Attribute("type")?.Value == "file";
            text.Append($"\n{id} {version}\n  {Of("copyright")}\n  {Of("projectUrl")}\n  Licence: {(isFile ? "" : licence.Value)}");
            if (isFile)
            {
                text.Append(Indent(File.ReadAllText(Path.Combine(directory, licence.Value)))).Append('\n');
            }
            else
            {
                Known.ShouldContain(licence.Value, $"the licence of {id} has no text in build/licenses");
                licences.Add(licence.Value);
                text.Append('\n');
            }
        }

        foreach (string licence in licences.Where(l => l != "Apache-2.0"))
        {
            text.Append($"\n---- {licence} ----\n\n{File.ReadAllText(Path.Combine(Repository.Root, "build", "licenses", $"{licence}.txt"))}");
        }

        return text.ToString();
    }

    // Analyzers and compilers are used and not shipped; PowerShell's contract is PowerShell's own at run time.
    private static bool ShipsCode(string directory) =>
        (Directory.Exists(Path.Combine(directory, "lib")) || Directory.Exists(Path.Combine(directory, "runtimes")))
        && !directory.Contains("powershellstandard", StringComparison.OrdinalIgnoreCase);

    private static IEnumerable<(string Id, string Version)> Locked(string project) =>
        JsonNode.Parse(File.ReadAllText(Path.Combine(Repository.Root, project, "packages.lock.json")))!["dependencies"]!["net10.0"]!.AsObject()
            .Where(p => (string?)p.Value!["type"] != "Project")
            .Select(p => (p.Key, (string)p.Value!["resolved"]!));

    private static string Indent(string text) => string.Concat(text.ReplaceLineEndings("\n").Trim().Split('\n').Select(l => $"\n    {l}".TrimEnd()));
}
