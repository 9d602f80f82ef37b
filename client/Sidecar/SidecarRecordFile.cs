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

/// <summary>What the agent notes of the sidecar it started, so that an agent started after a crash finds it.</summary>
/// <param name="ProcessId">Its process id.</param>
/// <param name="StartTime">When it started, in clock ticks since boot.</param>
/// <param name="CoreHash">The core of the boot configuration it was started with.</param>
/// <param name="Package">Names the package it was started from; null in a record of an agent that didn't note it.</param>
internal sealed record SidecarRecord(int ProcessId, long StartTime, string CoreHash, string? Package = null);
