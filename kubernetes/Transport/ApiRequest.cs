using System.Net.Http.Headers;
using System.Text.Json.Nodes;

namespace Onboarding.Kubernetes.Transport;

/// <summary>One request to the API, described so that it can be sent more than once.</summary>
internal sealed record ApiRequest(HttpMethod Method, string Path)
{
    private static readonly MediaTypeHeaderValue Json = new("application/json");

    public IReadOnlyList<KeyValuePair<string, string>> Query { get; init; } = [];

    public JsonNode? Body { get; init; }

    public string? ContentType { get; init; }

    /// <summary>True if carrying it out twice does no more than carrying it out once.</summary>
    public required bool Repeatable { get; init; }

    /// <summary>For messages and logs. Without the query: selectors are the caller's business.</summary>
    public string Operation => $"{Method} /{Path}";

    public HttpRequestMessage ToMessage(string server)
    {
        string query = string.Join('&', Query.Select(q => $"{q.Key}={Uri.EscapeDataString(q.Value)}"));
        var message = new HttpRequestMessage(Method, $"{server}/{Path}{(query.Length == 0 ? "" : "?")}{query}");
        message.Headers.Accept.ParseAdd("application/json");
        if (Body is not null)
        {
            message.Content = new StringContent(Body.ToJsonString());
            message.Content.Headers.ContentType = ContentType is null ? Json : new MediaTypeHeaderValue(ContentType);
        }

        return message;
    }
}
