using System.Net;
using Onboarding.Api;

namespace Onboarding.Kubernetes;

/// <summary>The API server refused, failed or couldn't be reached. Its text never holds a credential or the content of a Secret.</summary>
public sealed class KubernetesException : Exception
{
    internal KubernetesException(V1Status status, string operation, TimeSpan? retryAfter = null, Exception? inner = null)
        // A webhook's words, an object's name: shown by Get-Error and in logs as they are.
        : base(ForeignText.CleanLines(Describe(status, operation)), inner)
    {
        Status = status;
        RetryAfter = retryAfter
            ?? (status.Details?.RetryAfterSeconds is > 0 and { } seconds ? TimeSpan.FromSeconds(seconds) : null);
    }

    /// <summary>What the server said; made here, with code 0, if there was no answer.</summary>
    public V1Status Status { get; }

    /// <summary>HTTP status; 0 if there was no answer.</summary>
    public HttpStatusCode HttpStatusCode => (HttpStatusCode)Status.Code;

    /// <summary>Why, for programs; see <see cref="StatusReason"/>.</summary>
    public string Reason => Status.Reason ?? StatusReason.Unknown;

    /// <summary>When the server wants to be asked again; null if it didn't say.</summary>
    public TimeSpan? RetryAfter { get; }

    /// <summary>No such object.</summary>
    public bool IsNotFound => HttpStatusCode == HttpStatusCode.NotFound;

    /// <summary>A create found an object of that name.</summary>
    public bool IsAlreadyExists => Reason == StatusReason.AlreadyExists;

    /// <summary>The object changed since it was read, or another manager owns a field: read again and decide again.</summary>
    public bool IsConflict => Reason == StatusReason.Conflict;

    /// <summary>The resource version or continue token is too old: list again.</summary>
    public bool IsExpired => HttpStatusCode == HttpStatusCode.Gone;

    /// <summary>There was no (whole) answer; whether the request was carried out isn't known.</summary>
    public bool IsUnreachable => Status.Code == 0;

    private static string Describe(V1Status status, string operation)
    {
        string what = $"{operation}: {status.Message ?? "no message"} (reason {status.Reason ?? StatusReason.Unknown}, code {status.Code})";
        string causes = string.Join("; ", (status.Details?.Causes ?? []).Where(c => c.Field is not null).Select(c => $"{c.Field}: {c.Message}"));
        string advice = status.Code switch
        {
            401 => " Check who you are with: kubectl auth whoami",
            403 => " Check what you may do with: kubectl auth can-i --list",
            0 => " Check that the server answers with: kubectl get --raw /readyz",
            _ => "",
        };

        // The server usually repeats its causes in the message; those it doesn't are worth the room.
        return causes.Length == 0 || what.Contains(causes, StringComparison.Ordinal) ? what + advice : $"{what}: {causes}{advice}";
    }
}
