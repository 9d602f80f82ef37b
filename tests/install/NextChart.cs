using Onboarding.Testing;
using Onboarding.Tests.Install.Server;
using Shouldly;

namespace Onboarding.Tests.Install;

/// <summary>The chart as a next release would be: packaged, with another version, and with a field that a definition didn't have.</summary>
internal sealed class NextChart : IDisposable
{
    /// <summary>The definition that has one more field.</summary>
    public const string Changed = "workloadautoregistrations.runtime.onboarding.tetrate.io";

    /// <summary>Its name.</summary>
    public const string NewField = "fieldOfTheNextRelease";

    private readonly TemporaryDirectory _directory = new();

    /// <summary>The package.</summary>
    public string Package => _directory["onboarding-0.1.1.tgz"];

    /// <summary>The definitions, which helm leaves as they are on an upgrade.</summary>
    public string Definitions => Path.Combine(_directory["chart"], "crds");

    /// <summary>Packs it.</summary>
    public static async Task<NextChart> PackAsync(ClusterProgram programs)
    {
        var next = new NextChart();
        Copy(ShippedManifests.Chart, next._directory["chart"]);
        string file = Path.Combine(next.Definitions, "workloadautoregistrations.yaml");
        string before = await File.ReadAllTextAsync(file);
        const string Neighbour = "                    establishedAt:\n";
        before.ShouldContain(Neighbour);
        await File.WriteAllTextAsync(
            file, before.Replace(Neighbour, $"                    {NewField}: {{type: string, description: Not there yet.}}\n{Neighbour}", StringComparison.Ordinal));
        await programs.HelmAsync("package", next._directory["chart"], "--version", "0.1.1", "--app-version", "0.1.1", "--destination", next._directory.Path);
        return next;
    }

    public void Dispose() => _directory.Dispose();

    // With what its links lead to: a package has no links.
    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (string file in Directory.GetFiles(from))
        {
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        }

        foreach (string directory in Directory.GetDirectories(from))
        {
            Copy(directory, Path.Combine(to, Path.GetFileName(directory)));
        }
    }
}
