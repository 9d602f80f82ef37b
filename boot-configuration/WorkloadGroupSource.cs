using System.Text.Json.Nodes;

namespace Onboarding.BootConfiguration;

/// <summary>
/// A WorkloadGroup and where it comes from. The origin matters: Istio gives a group from a file the service account <c>default</c>
/// where it names none, and leaves one from the API server without.
/// </summary>
public sealed class WorkloadGroupSource
{
    private WorkloadGroupSource(YamlText? text, JsonObject? json, bool fromFile)
    {
        Text = text;
        Json = json;
        IsFromFile = fromFile;
    }

    internal YamlText? Text { get; }

    internal JsonObject? Json { get; }

    internal bool IsFromFile { get; }

    /// <summary>A file's YAML or JSON text.</summary>
    public static WorkloadGroupSource FromFile(YamlText text) => new(text, null, fromFile: true);

    /// <summary>An object of the API server, as YAML or JSON text.</summary>
    public static WorkloadGroupSource FromApiServer(YamlText text) => new(text, null, fromFile: false);

    /// <summary>An object of the API server.</summary>
    public static WorkloadGroupSource FromApiServer(JsonObject group) => new(null, group, fromFile: false);
}
