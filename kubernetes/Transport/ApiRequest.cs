using System.Text.Json.Nodes;

namespace Onboarding.Kubernetes.Transport;

/// <summary>One request about resources.</summary>
internal sealed record ApiRequest(HttpMethod Method, string Path)
{
    public IReadOnlyList<KeyValuePair<string, string>> Query { get; init; } = [];

    public JsonNode? Body { get; init; }

    /// <summary>Of the body; what a patch does depends on it.</summary>
    public string ContentType { get; init; } = "application/json";

    /// <summary>For messages and logs. Without the query: selectors are the caller's business.</summary>
    public string Operation => $"{Method} /{Path}";

    /// <summary>Below the server's address.</summary>
    public string PathAndQuery =>
        Query.Count == 0 ? Path : $"{Path}?{string.Join('&', Query.Select(q => $"{q.Key}={Uri.EscapeDataString(q.Value)}"))}";
}
