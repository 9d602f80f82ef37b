using System.Text.Json.Nodes;
using Onboarding.BootConfiguration.Text;

namespace Onboarding.BootConfiguration.Yaml;

/// <summary>YAML has infinities and NaN, JSON hasn't: Istio, which goes from one to the other, refuses a document that holds one.</summary>
internal static class NonFinite
{
    /// <exception cref="BootConfigurationException">There is one, wherever.</exception>
    public static JsonNode? Refuse(JsonNode? json)
    {
        switch (json)
        {
            case JsonObject members:
                foreach ((string _, JsonNode? value) in members)
                {
                    Refuse(value);
                }

                break;
            case JsonArray items:
                foreach (JsonNode? item in items)
                {
                    Refuse(item);
                }

                break;
            case JsonValue value when value.TryGetValue(out double number) && !double.IsFinite(number):
                throw new BootConfigurationException($"json: unsupported value: {GoNumber.General(number)}");
        }

        return json;
    }
}
