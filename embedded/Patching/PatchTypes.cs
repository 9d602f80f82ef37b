using System.Text.Json.Nodes;
using Onboarding.Embedded.Errors;
using Onboarding.Embedded.Kinds;
using Onboarding.Embedded.Requests;

namespace Onboarding.Embedded.Patching;

/// <summary>Kinds of patches by media type.</summary>
internal static class PatchTypes
{
    public const string Json = "application/json-patch+json";

    public const string Merge = "application/merge-patch+json";

    public const string Strategic = "application/strategic-merge-patch+json";

    public const string Apply = "application/apply-patch+yaml";

    public static IReadOnlyList<string> All { get; } = [Json, Merge, Strategic, Apply];

    /// <summary>What a patch does to an object.</summary>
    public static Func<JsonObject, JsonObject> Read(RequestBody body, Kind kind)
    {
        if (body.MediaType == Json)
        {
            JsonArray operations = body.Value as JsonArray ?? throw ApiErrors.BadRequest("a JSON patch is a list of operations");
            return value => JsonPatch.Apply(value, operations);
        }

        JsonObject patch = body.Object;
        return body.MediaType == Merge
            ? value => MergePatch.Apply(value, patch)!.AsObject()
            : value => StrategicMergePatch.Apply(value, patch, kind.Schema);
    }
}
