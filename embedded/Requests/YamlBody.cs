using System.Text.Json.Nodes;
using Onboarding.Api.Reading;
using Onboarding.Documents;
using Onboarding.Embedded.Errors;

namespace Onboarding.Embedded.Requests;

/// <summary>Reads YAML bodies, with the reader and the limits every other document gets.</summary>
internal static class YamlBody
{
    public static JsonObject Read(byte[] utf8)
    {
        ReadResult<JsonObject> result = ResourceReader.ReadObject(utf8);
        return result.Value ?? throw ApiErrors.BadRequest(
            $"the request body is not valid YAML: {string.Join("; ", result.Problems.Select(p => p.ToString()))}");
    }
}
