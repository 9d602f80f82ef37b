using System.Text.Json.Nodes;

namespace Onboarding.Kubernetes;

/// <summary>How the API server says that it refused (<c>metav1.Status</c>).</summary>
public sealed record V1Status
{
    /// <summary><c>Success</c> or <c>Failure</c>.</summary>
    public string? Status { get; init; }

    /// <summary>Why, for people.</summary>
    public string? Message { get; init; }

    /// <summary>Why, for programs; see <see cref="StatusReason"/>.</summary>
    public string? Reason { get; init; }

    /// <summary>HTTP status code; 0 if there was no answer.</summary>
    public int Code { get; init; }

    /// <summary>What it is about.</summary>
    public V1StatusDetails? Details { get; init; }

    /// <summary>Reads what the server sent; fields of another type than expected count as absent.</summary>
    /// <param name="json">A <c>Status</c> object.</param>
    public static V1Status FromJson(JsonObject json)
    {
        ArgumentNullException.ThrowIfNull(json);
        return new V1Status
        {
            Status = json.Text("status"),
            Message = json.Text("message"),
            Reason = json.Text("reason"),
            Code = (int)(json.Number("code") ?? 0),
            Details = json.Object("details") is { } details ? ReadDetails(details) : null,
        };
    }

    private static V1StatusDetails ReadDetails(JsonObject json) => new()
    {
        Name = json.Text("name"),
        Group = json.Text("group"),
        Kind = json.Text("kind"),
        Uid = json.Text("uid"),
        RetryAfterSeconds = (int?)json.Number("retryAfterSeconds"),
        Causes = [.. json.Objects("causes").Select(c => new V1StatusCause(c.Text("reason"), c.Text("message"), c.Text("field")))],
    };
}
