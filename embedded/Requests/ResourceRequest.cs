using Microsoft.AspNetCore.Http;
using Onboarding.Embedded.Errors;
using Onboarding.Embedded.Kinds;
using Onboarding.Embedded.Schemas;

namespace Onboarding.Embedded.Requests;

/// <summary>A request for a resource, taken apart.</summary>
internal sealed record ResourceRequest(HttpContext Http, UserInfo User, Kind Kind, string Version)
{
    /// <summary>Namespace; empty for cluster-scoped kinds and for lists of all namespaces.</summary>
    public string Namespace { get; init; } = "";

    /// <summary>Name; empty for collections.</summary>
    public string Name { get; init; } = "";

    /// <summary>Subresource; empty for the object itself.</summary>
    public string Subresource { get; init; } = "";

    /// <summary>What is asked for, in RBAC's words.</summary>
    public required string Verb { get; init; }

    public CancellationToken Aborted => Http.RequestAborted;

    /// <summary>True if nothing may be stored.</summary>
    public bool DryRun => Query("dryRun") is { } value && (value == "All"
        ? true
        : throw ApiErrors.Invalid("meta.k8s.io", "CreateOptions", "",
            [FieldError.NotSupported("dryRun", $"\"{value}\"", ["All"])]));

    /// <summary>Who is recorded as the writer of fields.</summary>
    public string FieldManager
    {
        get
        {
            if (Query("fieldManager") is { Length: > 0 } given)
            {
                return given;
            }

            string agent = Http.Request.Headers.UserAgent.ToString();
            int slash = agent.IndexOf('/', StringComparison.Ordinal);
            string manager = slash < 0 ? agent : agent[..slash];
            return manager.Length == 0 ? "unknown" : manager;
        }
    }

    public string? Query(string name) =>
        Http.Request.Query.TryGetValue(name, out Microsoft.Extensions.Primitives.StringValues values) && values.Count > 0 &&
        values[^1] is { Length: > 0 } value
            ? value
            : null;

    public bool QueryFlag(string name) => Query(name) is "true" or "1" or "True";
}
