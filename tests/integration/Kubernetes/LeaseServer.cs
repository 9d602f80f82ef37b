using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Onboarding.Tests.Integration.KubernetesTests;

/// <summary>An API server that keeps one Lease, with optimistic concurrency.</summary>
internal sealed class LeaseServer
{
    private readonly Lock _lock = new();
    private JsonObject? _lease;
    private long _version;

    /// <summary>User agent that gets no answer but 503.</summary>
    public string? CutOff { get; set; }

    public JsonObject? Spec
    {
        get
        {
            lock (_lock)
            {
                return _lease?["spec"]?.DeepClone().AsObject();
            }
        }
    }

    public string? Holder => (string?)Spec?["holderIdentity"];

    public Task HandleAsync(HttpContext context)
    {
        string text = (string)context.Items["body"]!;
        JsonObject? body = text.Length == 0 ? null : JsonNode.Parse(text)!.AsObject();
        return context.Request.Headers.UserAgent == CutOff
            ? Answers.Status(503, "ServiceUnavailable")(context)
            : Decide(context.Request.Method, body)(context);
    }

    private Answer Decide(string method, JsonObject? body)
    {
        lock (_lock)
        {
            string? version = (string?)body?["metadata"]?["resourceVersion"];
            if (_lease is null && method != "POST")
            {
                return Answers.Status(404, "NotFound");
            }

            if (_lease is not null && method == "POST")
            {
                return Answers.Status(409, "AlreadyExists");
            }

            if (method == "PUT" && version != (string?)_lease!["metadata"]!["resourceVersion"])
            {
                return Answers.Status(409, "Conflict");
            }

            if (body is not null)
            {
                body["metadata"]!["resourceVersion"] = (++_version).ToString(CultureInfo.InvariantCulture);
                _lease = body;
            }

            return Answers.Json(_lease!.ToJsonString());
        }
    }
}
