using System.Text;
using System.Text.Json.Nodes;
using Onboarding.Api.Meta;

namespace Onboarding.Kubernetes.Models;

/// <summary>Secret bytes (<c>v1 Secret</c>). Its text form names the Secret and shows nothing of it.</summary>
public sealed record V1Secret : IKubernetesObject<V1Secret>
{
    /// <inheritdoc/>
    public static ResourceDefinition Definition { get; } = new("", "v1", "Secret", "secrets");

    /// <inheritdoc/>
    public V1ObjectMeta Metadata { get; init; } = new();

    /// <summary>What it is for, e.g. <c>Opaque</c> or <c>kubernetes.io/tls</c>; can't be changed.</summary>
    public string? Type { get; init; }

    /// <summary>Values by key. What isn't base64 in the API is left out.</summary>
    public IReadOnlyDictionary<string, byte[]> Data { get; init; } = new Dictionary<string, byte[]>();

    /// <summary>True if the server refuses changes.</summary>
    public bool? Immutable { get; init; }

    private ObjectSource Source { get; init; } = ObjectSource.None;

    /// <inheritdoc/>
    public static V1Secret FromJson(JsonObject json) => new()
    {
        Metadata = ObjectMetaJson.Read(json),
        Type = json.Text("type"),
        Data = Decode(json.Map("data")),
        Immutable = json.Flag("immutable"),
        Source = new ObjectSource(json),
    };

    /// <inheritdoc/>
    public JsonObject ToJson()
    {
        JsonObject json = Source.ToJson(Definition, Metadata);
        json.Put("type", Type);
        json.Put("data", new JsonObject(Data.Select(d => KeyValuePair.Create(d.Key, (JsonNode?)Convert.ToBase64String(d.Value)))));
        json.Put("immutable", Immutable);
        return json;
    }

    private bool PrintMembers(StringBuilder builder)
    {
        builder.Append(Metadata.Namespace).Append('/').Append(Metadata.Name);
        return true;
    }

    private static Dictionary<string, byte[]> Decode(IReadOnlyDictionary<string, string> data)
    {
        var decoded = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        foreach ((string key, string text) in data)
        {
            byte[] bytes = new byte[(text.Length * 3 / 4) + 3];
            if (Convert.TryFromBase64String(text, bytes, out int length))
            {
                decoded[key] = bytes[..length];
            }
        }

        return decoded;
    }
}
