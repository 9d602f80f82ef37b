using System.Text.Json.Nodes;
using Onboarding.Api.Istio;
using Onboarding.Client.Errors;
using Onboarding.Engine.Errors;
using Onboarding.Engine.Policies;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.Engine;

public sealed class PolicyJudgeTests
{
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

    [Fact]
    public void What_is_no_identity_is_said_with_what_is_missing() =>
        Should.Throw<OnboardingException>(() => PolicyJudge.ReadIdentity(new JsonObject { ["jwt"] = new JsonObject { ["issuer"] = "https://demo.localhost" } }))
            .ErrorId.ShouldBe(ModuleErrorIds.IdentityInvalid);

    private static PolicyJudge Judge(PolicyDraft draft) =>
        new([draft.ToPolicy()], [Group], [], new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.Zero));

    private static Onboarding.Api.Identity.WorkloadIdentity Identity(string role) => PolicyJudge.ReadIdentity((JsonObject)JsonNode.Parse(
        $$$"""{"jwt":{"issuer":"https://demo.localhost","subject":"vm-1","attributes":{"role":"{{{role}}}"} } }""")!);

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
