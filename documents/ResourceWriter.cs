using System.Text.Json.Nodes;

namespace Onboarding.Documents;

/// <summary>Writes resources for people.</summary>
public static class ResourceWriter
{
    /// <summary>The value as YAML 1.2 that <see cref="ResourceReader"/>, and YAML 1.1 readers too, read back as the same value.</summary>
    /// <param name="json">The value, e.g. from <c>ToJson()</c>.</param>
    public static string ToYaml(JsonNode json)
    {
        ArgumentNullException.ThrowIfNull(json);
        return new YamlEmitter().Write(json);
    }
}
