using System.Text.Json;
using Onboarding.Plane.Settings;

namespace Onboarding.Endpoint.Authentication.Jwt;

/// <summary>Takes a workload's attributes from its token.</summary>
internal static class AttributeReader
{
    // They are stored in the registration and travel in every onboarding token.
    private const int LongestTotal = 4096;
    private const int Most = 64;

    /// <summary>
    /// The attributes: members of the object at <paramref name="path"/> that are text, numbers or booleans. A token without that
    /// claim has none and stays valid.
    /// </summary>
    /// <returns>The attributes, or null if there are more of them than the plane takes.</returns>
    public static IReadOnlyDictionary<string, string>? Read(JsonElement claims, AttributePath? path)
    {
        var attributes = new SortedDictionary<string, string>(StringComparer.Ordinal);
        if (path?.Find(claims) is not { ValueKind: JsonValueKind.Object } holder)
        {
            return attributes;
        }

        int total = 0;
        foreach (JsonProperty member in holder.EnumerateObject())
        {
            string? value = member.Value.ValueKind switch
            {
                JsonValueKind.String => member.Value.GetString(),
                JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => member.Value.GetRawText(),
                _ => null,
            };
            if (value is not null && member.Name.Length > 0)
            {
                attributes[member.Name] = value;
                total += member.Name.Length + value.Length;
            }
        }

        return total > LongestTotal || attributes.Count > Most ? null : attributes;
    }
}
