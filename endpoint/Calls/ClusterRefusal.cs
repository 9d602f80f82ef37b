using System.Net;
using Onboarding.Api;
using Onboarding.Kubernetes;
using Onboarding.Plane.Refusals;

namespace Onboarding.Endpoint.Calls;

/// <summary>
/// What an answer of the API server means to the machine that waits for it. Some are for now, and some stay until people change something:
/// those aren't called temporary, or machines would ask for ever what can't be.
/// </summary>
internal static class ClusterRefusal
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan PermissionPause = TimeSpan.FromSeconds(10);

    /// <summary>True for an answer that stays the same until people change something.</summary>
    public static bool IsPermanent(V1Status answer) => ReasonOf(answer) is
        Reasons.RecordInvalid or Reasons.QuotaExceeded or Reasons.AdmissionRefused or Reasons.NamespaceTerminating;

    /// <summary>The refusal, in the API server's words where the machine's owner can do something about them.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="detail">The request and the answer, for the operator.</param>
    /// <param name="retryAfter">When the server wants to be asked again.</param>
    public static Refusal FromAnswer(V1Status answer, string detail, TimeSpan? retryAfter) => ReasonOf(answer) switch
    {
        Reasons.RecordInvalid => Final(
            Reasons.RecordInvalid,
            answer,
            detail,
            "The cluster doesn't take the machine's records as its WorkloadGroup makes them",
            "Correct the WorkloadGroup: kubectl explain workloadgroup.spec"),
        Reasons.QuotaExceeded => Final(
            Reasons.QuotaExceeded, answer, detail, "A quota of the namespace is used up", "Raise it: kubectl get resourcequotas -A"),
        Reasons.AdmissionRefused => Final(
            Reasons.AdmissionRefused,
            answer,
            detail,
            "An admission webhook or policy of the cluster refuses the machine's records",
            "See which: kubectl get validatingwebhookconfigurations,validatingadmissionpolicies"),
        Reasons.NamespaceTerminating => Final(
            Reasons.NamespaceTerminating, answer, detail, "The namespace is being deleted", "Join a group of another one: kubectl get workloadgroups -A"),
        Reasons.PlaneNotPermitted => new Refusal(
            RefusalCode.Unavailable,
            Reasons.PlaneNotPermitted,
            // Which permission is for the operator: it tells what the plane could do.
            "The plane lacks a permission in the cluster; its log names it under the correlation id.")
        {
            Detail = $"{detail} The roles the plane needs are in deploy/rbac, one set for each namespace that is onboarded to.",
            RetryAfter = PermissionPause,
        },
        Reasons.RecordConflict => new Refusal(
            RefusalCode.Unavailable, Reasons.RecordConflict, "Another change to the machine's records came first; try again shortly.")
        {
            Detail = detail,
            RetryAfter = retryAfter ?? Pause,
        },
        _ => Unavailable(detail, retryAfter),
    };

    /// <summary>There was no answer, or none that says anything.</summary>
    public static Refusal Unavailable(string detail, TimeSpan? retryAfter = null) => new(
        RefusalCode.Unavailable, Reasons.KubernetesUnavailable, "The plane can't reach what it needs in the Kubernetes API; try again shortly.")
    {
        Detail = detail,
        RetryAfter = retryAfter ?? Pause,
    };

    private static Refusal Final(string reason, V1Status answer, string detail, string what, string next) =>
        new(RefusalCode.FailedPrecondition, reason, $"{what}: {ForeignText.Clean(answer.Message ?? detail)}. {next}") { Detail = detail };

    // By what the server says for programs; where it says the same of different things (403), by its fixed words.
    private static string ReasonOf(V1Status answer)
    {
        string words = answer.Message ?? "";
        bool Says(string text) => words.Contains(text, StringComparison.Ordinal);
        return answer.Details?.Causes.Any(c => c.Reason == "NamespaceTerminating") == true || Says("because it is being terminated")
                ? Reasons.NamespaceTerminating
            : Says("exceeded quota") ? Reasons.QuotaExceeded
            : Says("denied the request") || Says("ValidatingAdmissionPolicy") ? Reasons.AdmissionRefused
            : (HttpStatusCode)answer.Code switch
            {
                HttpStatusCode.UnprocessableEntity or HttpStatusCode.BadRequest => Reasons.RecordInvalid,
                HttpStatusCode.Forbidden => Reasons.PlaneNotPermitted,
                HttpStatusCode.Conflict => Reasons.RecordConflict,
                _ => Reasons.KubernetesUnavailable,
            };
    }
}
