using System.Text.Json;
using System.Text.Json.Nodes;
using Onboarding.BootConfiguration.Text;

namespace Onboarding.BootConfiguration.Yaml;

/// <summary>
/// Istio's YAML library writes JSON first and reads that as YAML, which isn't quite the same: next-line characters are folded like line
/// breaks, other control characters and keys beyond 1024 characters refused.
/// </summary>
internal static class YamlRoundTrip
{
    private const int CertainlySimpleKey = 256;

    /// <summary>What is left of a document on its way through JSON.</summary>
    /// <exception cref="BootConfigurationException">It isn't readable then.</exception>
    public static JsonObject Through(JsonObject document) =>
        IsUnchanged(document) ? document : (JsonObject)YamlReader.Read(GoJsonText.Write(document), "mesh.yaml can't be written")!;

    private static bool IsUnchanged(JsonNode? json) => json switch
    {
        JsonObject members => members.All(m => m.Key.Length <= CertainlySimpleKey && IsUnchanged(m.Key) && IsUnchanged(m.Value)),
        JsonArray items => items.All(IsUnchanged),
        _ => json?.GetValueKind() != JsonValueKind.String || IsUnchanged(json.GetValue<string>()),
    };

    private static bool IsUnchanged(string text) => !text.AsSpan().ContainsAnyInRange('\u007F', '\u009F') && !text.AsSpan().ContainsAny('\uFFFE', '\uFFFF');
}
