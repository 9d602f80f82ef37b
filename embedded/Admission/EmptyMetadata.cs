using System.Text.Json.Nodes;
using Onboarding.Embedded.Json;

namespace Onboarding.Embedded.Admission;

/// <summary>Metadata has no empty maps and lists: anyone who takes the last label away takes the field away, as on a real server.</summary>
internal static class EmptyMetadata
{
    private static readonly string[] Fields = ["labels", "annotations", "finalizers", "ownerReferences", "managedFields"];

    /// <summary>Removes them in place.</summary>
    public static void Remove(JsonObject value)
    {
        JsonObject metadata = value.Metadata();
        foreach (string field in Fields.Where(f => metadata[f] is JsonObject { Count: 0 } or JsonArray { Count: 0 }))
        {
            metadata.Remove(field);
        }
    }
}
