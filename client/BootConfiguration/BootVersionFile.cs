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

/// <summary>What <c>version.json</c> beside a boot configuration says of it.</summary>
/// <param name="Generation">Only rises for a registration.</param>
/// <param name="CoreHash">Over what the sidecar reads once, at its start.</param>
/// <param name="LiveHash">Over what may change under a running sidecar.</param>
/// <param name="RegistrationUid">The registration it was made for.</param>
/// <param name="SpiffeId">Who the sidecar will be in the mesh.</param>
/// <param name="TokenExpiresAt">When the istio-token expires.</param>
public sealed record BootVersion(
    long Generation,
    string CoreHash,
    string LiveHash,
    string RegistrationUid,
    string SpiffeId,
    DateTimeOffset TokenExpiresAt);
