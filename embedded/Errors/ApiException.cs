using System.Text.Json.Nodes;

namespace Onboarding.Embedded.Errors;

/// <summary>A request is refused; becomes the answer's <c>Status</c>.</summary>
internal sealed class ApiException(int code, string reason, string message, JsonObject? details = null) : Exception(message)
{
    public int Code { get; } = code;

    /// <summary>Kubernetes' machine-readable reason, e.g. <c>NotFound</c>; empty where it gives none.</summary>
    public string Reason { get; } = reason;

    public JsonObject? Details { get; } = details;

    /// <summary>The <c>Status</c> object clients get.</summary>
    public JsonObject ToStatus()
    {
        var status = new JsonObject
        {
            ["kind"] = "Status",
            ["apiVersion"] = "v1",
            ["metadata"] = new JsonObject(),
            ["status"] = "Failure",
            ["message"] = Message,
        };
        if (Reason.Length > 0)
        {
            status["reason"] = Reason;
        }

        if (Details is not null)
        {
            status["details"] = Details.DeepClone();
        }

        status["code"] = Code;
        return status;
    }
}
