using System.Text.Json.Nodes;
using Onboarding.Api.Reading;
using Onboarding.Embedded.Serving;

namespace Onboarding.Embedded.Json;

/// <summary>Reads YAML bodies, with the reader and the limits every other document gets.</summary>
internal static class YamlText
{
    public static JsonObject Read(byte[] utf8)
    {
        ReadResult<IReadOnlyList<JsonObject>> result = ResourceReader.ReadManifest(utf8);
        return result.Value switch
        {
            null => throw ApiErrors.BadRequest(
                $"the request body is not valid YAML: {string.Join("; ", result.Problems.Select(p => p.ToString()))}"),
            [var only] => only,
            var several => throw ApiErrors.BadRequest($"the request body holds {several.Count} documents, expected one"),
        };
    }
}
