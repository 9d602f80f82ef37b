using System.Text.Json;

namespace Onboarding.Embedded.Garbage;

/// <summary>An owner reference.</summary>
internal readonly record struct OwnerLink(string Uid, bool Blocks)
{
    public static OwnerLink Of(JsonElement reference) => new(
        reference.TryGetProperty("uid", out JsonElement uid) ? uid.GetString() ?? "" : "",
        reference.TryGetProperty("blockOwnerDeletion", out JsonElement block) && block.ValueKind == JsonValueKind.True);
}
