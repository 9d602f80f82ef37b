using System.Text.Json;
using System.Text.Json.Serialization;
using Onboarding.Client.Native;

namespace Onboarding.Client.Sidecar;

/// <summary>Keeps a <see cref="SidecarRecord"/> as <c>sidecar.json</c>.</summary>
internal sealed class SidecarRecordFile(string workloadDirectory)
{
    private readonly string _path = Path.Combine(workloadDirectory, "sidecar.json");

    public SidecarRecord? Read()
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(_path), SidecarRecordJson.Default.SidecarRecord);
        }
        catch (Exception e) when (e is IOException or JsonException)
        {
            return null;
        }
    }

    public void Write(SidecarRecord record) => DurableFiles.Instance.Write(
        _path, JsonSerializer.SerializeToUtf8Bytes(record, SidecarRecordJson.Default.SidecarRecord), FileModes.Secret);

    public void Delete() => File.Delete(_path);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(SidecarRecord))]
internal sealed partial class SidecarRecordJson : JsonSerializerContext;
