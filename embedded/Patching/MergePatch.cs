using System.Text.Json.Nodes;

namespace Onboarding.Embedded.Patching;

/// <summary>JSON merge patch (RFC 7386).</summary>
internal static class MergePatch
{
    /// <summary>The patched value; <paramref name="target"/> may be changed in place.</summary>
    public static JsonNode? Apply(JsonNode? target, JsonNode? patch)
    {
        if (patch is not JsonObject changes)
        {
            return patch?.DeepClone();
        }

        JsonObject result = target as JsonObject ?? [];
        foreach ((string name, JsonNode? change) in changes)
        {
            if (change is null)
            {
                result.Remove(name);
                continue;
            }

            JsonNode? old = result[name];
            JsonNode? merged = Apply(old, change);
            if (!ReferenceEquals(old, merged))
            {
                result[name] = merged;
            }
        }

        return result;
    }
}
