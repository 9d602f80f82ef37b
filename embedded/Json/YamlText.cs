using System.Text.Json.Nodes;
using Onboarding.Embedded.Serving;

namespace Onboarding.Embedded.Json;

/// <summary>Reads YAML bodies.</summary>
internal static class YamlText
{
    public static JsonNode? Read(byte[] utf8) =>
        throw ApiErrors.UnsupportedMediaType("application/json");
}
