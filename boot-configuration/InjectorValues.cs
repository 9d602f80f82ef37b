using System.Text.Json;
using System.Text.Json.Nodes;

namespace Onboarding.BootConfiguration;

/// <summary>The key <c>values</c> of ConfigMap <c>istio-sidecar-injector[-revision]</c>.</summary>
public static class InjectorValues
{
    /// <summary>The cluster's name in the mesh; empty where none is said.</summary>
    /// <param name="values">The text, JSON.</param>
    /// <exception cref="BootConfigurationException">It isn't JSON.</exception>
    public static string ClusterName(string values)
    {
        try
        {
            return JsonNode.Parse(values) is JsonObject json
                && json["global"] is JsonObject global
                && global["multiCluster"] is JsonObject cluster
                && cluster["clusterName"] is JsonValue name
                && name.TryGetValue(out string? text)
                    ? text
                    : "";
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            // ArgumentException: the same member twice.
            throw new BootConfigurationException($"key values isn't JSON: {e.Message}", e);
        }
    }
}
