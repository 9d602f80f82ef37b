using System.Text.Json;

namespace Onboarding.BootConfiguration;

/// <summary>The key <c>values</c> of ConfigMap <c>istio-sidecar-injector[-revision]</c>.</summary>
public static class InjectorValues
{
    private static readonly string[] Path = ["global", "multiCluster", "clusterName"];

    /// <summary>The cluster's name in the mesh; empty where none is said.</summary>
    /// <param name="values">The text, JSON.</param>
    /// <exception cref="BootConfigurationException">It isn't JSON, or neither a map nor null.</exception>
    public static string ClusterName(string values)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(values);
            JsonElement at = document.RootElement;
            if (at.ValueKind is not (JsonValueKind.Object or JsonValueKind.Null))
            {
                throw new BootConfigurationException($"key values holds {at.ValueKind} instead of a map");
            }

            foreach (string name in Path)
            {
                // Of members with the same name the last counts, as in Go.
                if (at.ValueKind != JsonValueKind.Object || !at.TryGetProperty(name, out at))
                {
                    return "";
                }
            }

            return at.ValueKind == JsonValueKind.String ? at.GetString()! : "";
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a text with half a pair of surrogates.
            throw new BootConfigurationException($"key values isn't JSON: {e.Message}", e);
        }
    }
}
