using System.Text.Json;
using System.Text.Json.Serialization;
using Onboarding.Client.Native;

namespace Onboarding.Client.BootConfiguration;

/// <summary>
/// The boot configuration that waits for its turn in a rollout, in one file: there for people to look at. It has no token and
/// isn't put in force from here; the plane sends it again.
/// </summary>
internal sealed class PendingBootConfiguration(string workloadDirectory, IDurableFiles files)
{
    public const string Name = "pending.json";

    private readonly string _path = Path.Combine(workloadDirectory, Name);

    /// <summary>The one that waits; null if none does.</summary>
    public static BootFiles? Read(string workloadDirectory)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(Path.Combine(workloadDirectory, Name)), PendingJson.Default.BootFiles);
        }
        catch (Exception e) when (e is JsonException or FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <exception cref="IOException">The disk doesn't take it.</exception>
    public void Write(BootFiles pending) =>
        files.Write(_path, JsonSerializer.SerializeToUtf8Bytes(pending, PendingJson.Default.BootFiles), FileModes.Secret);

    /// <summary>Forgets it once one of its generation or a later one is in force.</summary>
    public void DeleteUpTo(long generation)
    {
        if (Read(workloadDirectory) is { } pending && pending.Version.Generation <= generation)
        {
            Delete();
        }
    }

    public void Delete() => File.Delete(_path);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(BootFiles))]
internal sealed partial class PendingJson : JsonSerializerContext;
