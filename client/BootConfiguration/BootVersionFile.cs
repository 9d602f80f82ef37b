using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Onboarding.Client.BootConfiguration;

/// <summary>Reads and writes <c>version.json</c>.</summary>
internal static class BootVersionFile
{
    public const string Name = "version.json";

    public static byte[] Write(BootVersion version) =>
        Encoding.UTF8.GetBytes(JsonSerializer.Serialize(version, BootVersionJson.Default.BootVersion) + "\n");

    /// <summary>Reads it; null if it isn't one.</summary>
    public static BootVersion? Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), BootVersionJson.Default.BootVersion);
        }
        catch (Exception e) when (e is JsonException or IOException)
        {
            return null;
        }
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(BootVersion))]
internal sealed partial class BootVersionJson : JsonSerializerContext;
