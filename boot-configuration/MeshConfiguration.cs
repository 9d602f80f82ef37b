using System.Text.Json;
using System.Text.Json.Nodes;
using Onboarding.BootConfiguration.Yaml;

namespace Onboarding.BootConfiguration;

/// <summary>What the plane itself needs of the mesh configuration.</summary>
public static class MeshConfiguration
{
    /// <summary>The mesh's trust domain; null where the text names none, or isn't read by Istio.</summary>
    /// <param name="mesh">The key <c>mesh</c> of ConfigMap <c>istio[-revision]</c>.</param>
    public static string? TrustDomain(YamlText mesh)
    {
        try
        {
            return YamlReader.Read(mesh, "mesh configuration") is JsonObject members
                && members["trustDomain"] is JsonValue value
                && value.GetValueKind() == JsonValueKind.String
                && value.GetValue<string>() is { Length: > 0 } domain ? domain : null;
        }
        catch (BootConfigurationException)
        {
            return null;
        }
    }
}
