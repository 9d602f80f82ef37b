using System.Text.Json.Nodes;
using Shouldly;

namespace Onboarding.Testing;

/// <summary>A case recorded from istioctl: what it was given, and what it wrote.</summary>
public static class RecordedCase
{
    public static IEnumerable<string> All => IstioData.DirectoriesWith("configure", "case.json");

    /// <summary>The cases whose group came from <c>file</c> or from <c>apiserver</c>.</summary>
    public static IEnumerable<string> From(string source) => All.Where(directory => Read(directory)["groupFrom"]?.GetValue<string>() == source);

    public static JsonNode Read(string directory) => JsonNode.Parse(IstioData.Text(directory, "case.json"))!;

    /// <summary>Compares byte for byte, but for the order of lists that istioctl writes in random order.</summary>
    public static void Compare(JsonNode given, string directory, string clusterEnv, string meshYaml)
    {
        string[] unordered = [.. given["unorderedListKeys"]?.AsArray().Select(k => k!.GetValue<string>()) ?? []];
        Normal(clusterEnv, unordered).ShouldBe(Normal(IstioData.Text(directory, "expected", "cluster.env"), unordered));
        meshYaml.ShouldBe(IstioData.Text(directory, "expected", "mesh.yaml"));
    }

    private static string Normal(string clusterEnv, string[] unordered) => string.Join('\n', clusterEnv.Split('\n').Select(line =>
    {
        int equals = line.IndexOf('=', StringComparison.Ordinal);
        return equals > 0 && unordered.Contains(line[..equals])
            ? $"{line[..equals]}={string.Join(',', line[(equals + 1)..].Trim('\'').Split(',').Order(StringComparer.Ordinal))}"
            : line;
    }));
}
