using System.Text.Json.Nodes;

namespace Onboarding.SidecarProbe.Boot.Checks;

/// <summary>mesh.yaml and cluster.env say the same: they are two readers' copies of one set of values.</summary>
internal sealed class ProxyMetadata : IBootCheck
{
    public IEnumerable<BootProblem> Check(BootContents boot)
    {
        if (boot.ProxyConfig is not { } config)
        {
            yield return Problem("defaultConfig", "defaultConfig is missing");
            yield break;
        }

        if (config["proxyMetadata"] is not JsonObject metadata)
        {
            yield return Problem("defaultConfig.proxyMetadata", "defaultConfig.proxyMetadata is missing");
            yield break;
        }

        foreach ((string key, JsonNode? node) in metadata)
        {
            string value = node is JsonValue scalar && scalar.TryGetValue(out string? text) ? text : node?.ToJsonString() ?? "";
            if (boot[key] is { } variable && variable != value && key != "CA_ADDR")
            {
                yield return Problem(
                    $"defaultConfig.proxyMetadata.{key}", $"{key} is '{value}' in mesh.yaml and '{variable}' in cluster.env");
            }
        }
    }

    private static BootProblem Problem(string value, string message) => new("proxy-metadata", BootFileNames.MeshYaml, value, message);
}
