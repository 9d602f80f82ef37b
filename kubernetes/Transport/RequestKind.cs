using System.Text.Json;
using System.Text.Json.Nodes;

namespace Onboarding.Kubernetes.Transport;

/// <summary>
/// What a request does, read from the request itself, so that the answer is the same for every client that composes one. Ours:
/// no package tells a POST that stores something from one that only asks.
/// </summary>
internal static class RequestKind
{
    // POSTs that store nothing: the API's way to ask a question whose words must not be in a URL.
    private static readonly string[] Questions =
        ["/tokenreviews", "/selfsubjectreviews", "/selfsubjectaccessreviews", "/selfsubjectrulesreviews", "/subjectaccessreviews"];

    /// <summary>True if the answer is a stream of events.</summary>
    public static bool IsWatch(HttpRequestMessage request) =>
        request.Method == HttpMethod.Get
        && request.RequestUri!.Query.TrimStart('?').Split('&').Any(q => q.Equals("watch=true", StringComparison.OrdinalIgnoreCase));

    /// <summary>True if carrying it out twice does no more than carrying it out once.</summary>
    public static bool IsRepeatable(HttpRequestMessage request) => request.Method.Method switch
    {
        "GET" or "HEAD" => true,
        // Never a POST that may have stored something: its repetition would find its own object and call it another's.
        "POST" => IsQuestion(request.RequestUri!.AbsolutePath),
        // Server-side apply says what shall be; merge and JSON patches say what to change, and may meet a change in between.
        "PATCH" => request.Content?.Headers.ContentType?.MediaType is "application/apply-patch+yaml" or "application/apply-patch+cbor",
        // Only the uid makes sure that a repetition can't hit an object created in between.
        "DELETE" => HasUid(request.Content),
        // Repeating a replace whose answer was lost would report a conflict with ourselves, and without a resourceVersion undo
        // what others did in between.
        _ => false,
    };

    private static bool IsQuestion(string path) =>
        Questions.Any(q => path.EndsWith(q, StringComparison.Ordinal))
        || (path.EndsWith("/token", StringComparison.Ordinal) && path.Contains("/serviceaccounts/", StringComparison.Ordinal));

    private static bool HasUid(HttpContent? body)
    {
        if (body is null)
        {
            return false;
        }

        try
        {
            return (JsonNode.Parse(body.ReadAsStream()) as JsonObject)?.Object("preconditions")?.Text("uid") is { Length: > 0 };
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
