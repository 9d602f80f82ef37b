using System.Text.Json.Nodes;

namespace Onboarding.BootConfiguration.Yaml;

/// <summary>
/// A key that YAML has and JSON hasn't. Istio finds it when it makes JSON of the whole document, so one in a map that a later key of the
/// same name replaces is no failure.
/// </summary>
internal static class YamlUnsupportedKey
{
    /// <summary>Half a character, which no key of a text that was read can begin with.</summary>
    private const char Mark = '\uD800';

    /// <summary>What represents the key until the document is whole.</summary>
    public static string Represent(int line, string type) => $"{Mark}line {line}: unsupported map key of type: {type}";

    /// <exception cref="BootConfigurationException">One is left.</exception>
    public static void Refuse(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject members:
                foreach ((string key, JsonNode? value) in members)
                {
                    if (key is [Mark, ..])
                    {
                        throw new BootConfigurationException(key[1..]);
                    }

                    Refuse(value);
                }

                break;
            case JsonArray items:
                foreach (JsonNode? item in items)
                {
                    Refuse(item);
                }

                break;
            default:
                break;
        }
    }
}
