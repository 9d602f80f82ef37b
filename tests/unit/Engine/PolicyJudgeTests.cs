using System.Text.Json.Nodes;
using Onboarding.Api;
using Onboarding.Api.Identity;
using Onboarding.Api.Istio;
using Onboarding.Api.Policies;
using Onboarding.Api.Runtime;
using Onboarding.Authorization;
using Onboarding.Client.Errors;
using Onboarding.Fleet.Policies;
using Onboarding.Fleet.Workloads;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.Engine;

public sealed class PolicyJudgeTests
{
    private const string Thumbprint = "q1w2e3r4t5y6u7i8o9p0a1s2d3f4g5h6j7k8l9z0x1c";
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    private static readonly WorkloadGroup Group = WorkloadGroup.FromJson((JsonObject)JsonNode.Parse(
        """{"metadata":{"name":"ratings","namespace":"bookinfo","labels":{"app":"ratings"}},"spec":{"template":{}}}""")!);

    [Fact]
    public void The_plane_s_own_evaluator_decides()
    {
        Decision admitted = Judge(Jwt()).Ask(Identity("ratings"), "bookinfo", "ratings");
        admitted.Admitted.ShouldBeTrue();
        admitted.Policy.ShouldBe("web");
        admitted.Rule.ShouldBe(1);
        admitted.NearestMiss.ShouldBeNull();

        Decision refused = Judge(Jwt()).Ask(Identity("reviews"), "bookinfo", "ratings");
        refused.Admitted.ShouldBeFalse();
        refused.Policy.ShouldBeNull();
        refused.NearestMiss.ShouldNotBeNull().ShouldContain("web");
    }

    [Fact]
    public void A_group_that_doesnt_exist_admits_nobody() =>
        Judge(Jwt()).Ask(Identity("ratings"), "bookinfo", "nobody").Outcome.ShouldBe("NoGroup");

    [Fact]
    public void A_policy_whose_time_is_over_admits_nobody() =>
        Judge(Jwt() with { NotAfter = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero) })
            .Ask(Identity("ratings"), "bookinfo", "ratings").Admitted.ShouldBeFalse();

    [Theory]
    [InlineData(Thumbprint, true)]
    [InlineData("zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzw", false)]
    public void A_member_with_a_shared_subject_is_judged_by_the_subject_alone_but_only_with_its_own_key(string key, bool admitted)
    {
        Member member = Member("ratings-a", SharedIdentity.ForKey(Identity("ratings"), key).Jwt!.Subject, created: 1);

        Judge([member], Subject("vm-1")).Ask(member).Admitted.ShouldBe(admitted);
        Judge([member], Subject("vm-1")).Admitted().Contains("ratings-a").ShouldBe(admitted);
    }

    [Fact]
    public void Hosts_that_share_a_subject_count_for_maxMembers_together()
    {
        string host = SharedIdentity.ForKey(Identity("ratings"), Thumbprint).Jwt!.Subject;
        Member first = Member("ratings-a", host, created: 1);
        Member second = Member("ratings-b", "vm-1", created: 2);
        PolicyDraft one = Subject("vm-1") with { MaxMembers = 1 };

        Judge([first, second], one).Admitted().ShouldBe(["ratings-a"]);
    }

    [Fact]
    public void A_member_that_is_going_takes_no_place()
    {
        Member going = Member("ratings-a", "vm-1", created: 1, deleted: true);
        Member second = Member("ratings-b", "vm-1", created: 2);

        Judge([going, second], Subject("vm-1") with { MaxMembers = 1 }).Ask(second).Admitted.ShouldBeTrue();
    }

    [Fact]
    public void A_member_that_said_no_labels_is_asked_about_none()
    {
        Member member = Member("ratings-a", "vm-1", created: 1);
        JsonObject json = Subject("vm-1").ToPolicy().ToJson();
        json["spec"]!["allow"]![0]!["labels"] = JsonNode.Parse("""[{"key":"team","values":["x"]}]""");

        AdmissionQuestion plane = new MemberQuestions(new PolicyJudge([], [Group], [member], Now)).Ask(member.Source).ShouldNotBeNull();

        plane.Labels.ShouldNotBeNull().ShouldBeEmpty();
        new PolicyJudge([OnboardingPolicy.FromJson(json)], [Group], [member], Now).Ask(member).Admitted
            .ShouldBe(PolicySet.Compile([OnboardingPolicy.FromJson(json)]).Decide(plane).IsAllowed);
    }

    [Fact]
    public void What_is_no_identity_is_said_with_what_is_missing() =>
        Should.Throw<OnboardingException>(() => PolicyJudge.ReadIdentity(new JsonObject { ["jwt"] = new JsonObject { ["issuer"] = "https://demo.localhost" } }))
            .ErrorId.ShouldBe(ModuleErrorIds.IdentityInvalid);

    private static PolicyJudge Judge(PolicyDraft draft) => Judge([], draft);

    private static PolicyJudge Judge(IReadOnlyList<Member> members, PolicyDraft draft) => new([draft.ToPolicy()], [Group], members, Now);

    private static Member Member(string name, string subject, int created, bool deleted = false)
    {
        JsonObject json = (JsonObject)JsonNode.Parse(
            $$$"""
            {"metadata":{"name":"{{{name}}}","namespace":"bookinfo","creationTimestamp":"2026-11-22T09:00:0{{{created}}}Z",
              "annotations":{"{{{WellKnownAnnotations.KeyThumbprint}}}":"{{{Thumbprint}}}"},
              "ownerReferences":[{"apiVersion":"networking.istio.io/v1","kind":"WorkloadGroup","name":"ratings","uid":"u"}]},
             "spec":{"identity":{"jwt":{"issuer":"https://demo.localhost","subject":"{{{subject}}}","attributes":{"role":"ratings"} } },
                     "registration":{"agent":{"version":"1"},"sidecar":{"istio":{"version":"1.26.0"} },
                                     "host":{"addresses":[{"ip":"10.0.0.1","type":"VPC"}]} } } }
            """)!;
        if (deleted)
        {
            json["metadata"]!["deletionTimestamp"] = "2026-11-22T10:00:00Z";
        }

        WorkloadAutoRegistration registration = WorkloadAutoRegistration.FromJson(json);
        registration.Problems.ShouldBeEmpty();
        return MemberReader.Read(registration, null, Now);
    }

    private static Onboarding.Api.Identity.WorkloadIdentity Identity(string role) => PolicyJudge.ReadIdentity((JsonObject)JsonNode.Parse(
        $$$"""{"jwt":{"issuer":"https://demo.localhost","subject":"vm-1","attributes":{"role":"{{{role}}}"} } }""")!);

    private static PolicyDraft Subject(string subject) => Jwt() with { Fields = [KeyValuePair.Create("subjects", (IReadOnlyList<string>)[subject])] };

    private static PolicyDraft Jwt() => new()
    {
        Name = "web",
        Namespace = "bookinfo",
        Platform = "jwt",
        Fields = [],
        Texts = [KeyValuePair.Create("issuer", (string?)"https://demo.localhost")],
        Attributes = [KeyValuePair.Create("role", (IReadOnlyList<string>)["ratings"])],
        Groups = [new Dictionary<string, string> { ["app"] = "ratings" }],
    };
}
