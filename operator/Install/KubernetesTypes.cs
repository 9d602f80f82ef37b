using System.Text.Json;
using System.Text.Json.Nodes;
using k8s;
using Onboarding.Api.Reading;

namespace Onboarding.Operator.Install;

/// <summary>Reads parts of an OnboardingPlane that Kubernetes defines, by the types of Kubernetes.</summary>
internal static class KubernetesTypes
{
    /// <summary>The value; null (and reported) if it isn't one, or has a field that the type lacks: the package would drop that in silence.</summary>
    public static T? Read<T>(JsonObject? json, string path, List<Problem> problems)
        where T : class
    {
        if (json is null)
        {
            return null;
        }

        try
        {
            T value = KubernetesJson.Deserialize<T>(json.ToJsonString());
            string[] unknown = [.. Missing(json, JsonNode.Parse(KubernetesJson.Serialize(value)), path)];
            problems.AddRange(unknown.Select(field => Error(field, ProblemReason.Unknown, $"is not a field of Kubernetes' {typeof(T).Name}")));
            return unknown.Length == 0 ? value : null;
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException or ArgumentException or NotSupportedException)
        {
            problems.Add(Error(path, ProblemReason.TypeInvalid, $"can't be read as Kubernetes' {typeof(T).Name}: {e.Message.Split(" Path:")[0]}"));
            return null;
        }
    }

    /// <summary>The values of a list; see <see cref="Read"/>.</summary>
    public static IReadOnlyList<T> ReadAll<T>(IReadOnlyList<JsonObject> items, string path, List<Problem> problems)
        where T : class => [.. items.Select((item, i) => Read<T>(item, $"{path}[{i}]", problems)).OfType<T>()];

    /// <summary>Paths of fields that one value has and the other lacks; what is null or empty needn't come back.</summary>
    public static IEnumerable<string> Missing(JsonNode? written, JsonNode? read, string path) => (written, read) switch
    {
        (null, _) => [],
        (JsonObject { Count: 0 } or JsonArray { Count: 0 }, null) => [],
        (JsonObject map, JsonObject other) => map.SelectMany(f => Missing(f.Value, other[f.Key], $"{path}.{f.Key}")),
        (JsonArray list, JsonArray other) when list.Count == other.Count => list.SelectMany((item, i) => Missing(item, other[i], $"{path}[{i}]")),
        (JsonValue, JsonValue) => [],
        _ => [path],
    };

    private static Problem Error(string path, ProblemReason reason, string message) =>
        new() { Path = path, Reason = reason, Message = message };
}
