using System.Text.Json.Nodes;
using Onboarding.BootConfiguration.Yaml;

namespace Onboarding.BootConfiguration;

/// <summary>mesh.yaml, from the side of who starts with it.</summary>
public static class MeshYaml
{
    /// <summary>The document by YAML 1.1's rules, as Istio's agent reads it.</summary>
    /// <exception cref="BootConfigurationException">It isn't YAML, or isn't a map; the message says where.</exception>
    public static JsonObject Read(string text) => YamlReader.Read(text, "mesh.yaml") as JsonObject
        ?? throw new BootConfigurationException("mesh.yaml: holds no map");
}
