using System.Text.Json.Nodes;
using Onboarding.Api;
using Onboarding.Api.Istio;
using Onboarding.Endpoint.Calls;
using Onboarding.Endpoint.Registration;
using Onboarding.Kubernetes;
using Onboarding.Plane.Refusals;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.Endpoint;

/// <summary>Each answer of an API server means something of its own.</summary>
public sealed class ClusterRefusalTests
{
    [Theory]
    [InlineData("version", "feature/x", false)]
    [InlineData("version", "my label", false)]
    [InlineData("version", "0123456789012345678901234567890123456789012345678901234567890123", false)]
    [InlineData("version", "v1\n", false)]
    [InlineData("a/b/c", "x", false)]
    [InlineData("Example.com/a", "x", false)]
    [InlineData("-a", "x", false)]
    [InlineData("app.kubernetes.io/version", "v1.2_3-x", true)]
    [InlineData("version", "", true)]
    public void B10_A_group_whose_members_could_not_be_written_is_named_before_anything_is(string key, string value, bool isGood)
    {
        WorkloadGroup group = WorkloadGroup.FromJson(new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = "ratings", ["namespace"] = "bookinfo" },
            ["spec"] = new JsonObject { ["metadata"] = new JsonObject { ["labels"] = new JsonObject { [key] = value } }, ["template"] = new JsonObject() },
        });
        if (isGood)
        {
            GroupCheck.Check(group);
            return;
        }

        Refusal refusal = Should.Throw<RefusedException>(() => GroupCheck.Check(group)).Refusal;
        refusal.Reason.ShouldBe(Reasons.RecordInvalid);
        refusal.Message.ShouldContain("kubectl -n bookinfo edit workloadgroup ratings");
    }

    // Messages as kube-apiserver words them.
    [Theory]
    [InlineData(422, "Invalid", "WorkloadEntry.networking.istio.io \"a\" is invalid: metadata.labels: Invalid value: \"feature/x\"", Reasons.RecordInvalid)]
    [InlineData(400, "BadRequest", "admission webhook \"validation.istio.io\" denied the request: configuration is invalid", Reasons.AdmissionRefused)]
    [InlineData(403, "Forbidden", "workloadentries \"a\" is forbidden: exceeded quota: most, requested: count/workloadentries=1, used: 5, limited: 5", Reasons.QuotaExceeded)]
    [InlineData(403, "Forbidden", "admission webhook \"p.example\" denied the request: no VMs here", Reasons.AdmissionRefused)]
    [InlineData(422, "Invalid", "workloadentries \"a\" is forbidden: ValidatingAdmissionPolicy 'vms' with binding 'b' denied request: no", Reasons.AdmissionRefused)]
    [InlineData(403, "Forbidden", "workloadentries \"a\" is forbidden: unable to create new content in namespace b because it is being terminated", Reasons.NamespaceTerminating)]
    [InlineData(403, "Forbidden", "workloadentries \"a\" is forbidden: User \"u\" cannot patch resource \"workloadentries\"", Reasons.PlaneNotPermitted)]
    [InlineData(409, "Conflict", "Operation cannot be fulfilled on workloadentries \"a\": the object has been modified", Reasons.RecordConflict)]
    [InlineData(503, "ServiceUnavailable", "etcd is away", Reasons.KubernetesUnavailable)]
    [InlineData(0, "", "no answer", Reasons.KubernetesUnavailable)]
    public void B10_Each_answer_has_its_reason_and_what_is_permanent_keeps_its_words_and_is_not_called_temporary(int code, string why, string message, string reason)
    {
        V1Status answer = V1Status.FromJson(new JsonObject { ["code"] = code, ["reason"] = why, ["message"] = message });

        Refusal refusal = ClusterRefusal.FromAnswer(answer, "PATCH /x", null);

        refusal.Reason.ShouldBe(reason);
        bool isPermanent = refusal.Code == RefusalCode.FailedPrecondition;
        ClusterRefusal.IsPermanent(answer).ShouldBe(isPermanent);
        (refusal.RetryAfter is null).ShouldBe(isPermanent);
        refusal.Message.Contains(message, StringComparison.Ordinal).ShouldBe(isPermanent, "permissions and outages are for the operator");
    }
}
