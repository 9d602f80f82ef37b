namespace Onboarding.Kubernetes;

/// <summary>Values of <see cref="V1Status.Reason"/> that programs act on (<c>metav1.StatusReason</c>).</summary>
public static class StatusReason
{
    /// <summary>No credential, or one the server doesn't accept (401).</summary>
    public const string Unauthorized = "Unauthorized";

    /// <summary>The credential is good, the permission is missing (403).</summary>
    public const string Forbidden = "Forbidden";

    /// <summary>No such object, or no such kind (404).</summary>
    public const string NotFound = "NotFound";

    /// <summary>An object of that name exists (409).</summary>
    public const string AlreadyExists = "AlreadyExists";

    /// <summary>The object changed meanwhile, or another manager owns a field (409).</summary>
    public const string Conflict = "Conflict";

    /// <summary>The resource version or continue token is older than the server's history (410).</summary>
    public const string Expired = "Expired";

    /// <summary>As <see cref="Expired"/>, from old servers (410).</summary>
    public const string Gone = "Gone";

    /// <summary>The object breaks a rule of its kind (422).</summary>
    public const string Invalid = "Invalid";

    /// <summary>The request can't be understood (400).</summary>
    public const string BadRequest = "BadRequest";

    /// <summary>The server doesn't do that with this resource (405).</summary>
    public const string MethodNotAllowed = "MethodNotAllowed";

    /// <summary>Priority and fairness, or a quota of requests (429).</summary>
    public const string TooManyRequests = "TooManyRequests";

    /// <summary>The server failed (500).</summary>
    public const string InternalError = "InternalError";

    /// <summary>The server isn't ready (503).</summary>
    public const string ServiceUnavailable = "ServiceUnavailable";

    /// <summary>The server gave up before it was done (504).</summary>
    public const string Timeout = "Timeout";

    /// <summary>Something else.</summary>
    public const string Unknown = "Unknown";

    /// <summary>Ours: no answer, because the server can't be reached or the connection broke. The request may have been carried out.</summary>
    public const string Unreachable = "Unreachable";

    /// <summary>Ours: what answered isn't a Kubernetes API server, or its answer was cut off.</summary>
    public const string MalformedAnswer = "MalformedAnswer";
}
