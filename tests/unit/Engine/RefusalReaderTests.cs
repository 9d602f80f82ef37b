using System.Text.Json.Nodes;
using Onboarding.Fleet.Status;
using Onboarding.Kubernetes.Models;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.Engine;

public sealed class RefusalReaderTests
{
    [Fact]
    public void A_refusal_has_the_names_that_people_see()
    {
        StatusReport report = RefusalReader.Read(Event("OnboardingRefused", "WorkloadGroup", """["7f3c-91ab","11aa-22bb"]"""))!;

        report.Phase.ShouldBe("Refused");
        report.Reason.ShouldBe("PolicyDenied");
        report.Instance.ShouldBe("jwt-demo--laptop");
        report.IdentityJson.ShouldBe("""{"jwt":{"issuer":"https://demo.localhost","subject":"laptop"}}""");
        report.CorrelationIds.ShouldBe(["7f3c-91ab", "11aa-22bb"]);
        report.Count.ShouldBe(3);
        report.LastSeen.ShouldBe(new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.Zero));
    }

    [Theory]
    [InlineData("BackOff", "WorkloadGroup")]
    [InlineData("OnboardingRefused", "Pod")]
    public void Other_events_are_no_refusals(string reason, string kind) => RefusalReader.Read(Event(reason, kind, "[]")).ShouldBeNull();

    [Theory]
    [InlineData("not json")]
    [InlineData("{}")]
    [InlineData("[{}]")]
    public void What_somebody_else_wrote_into_an_event_is_left_out(string ids) =>
        RefusalReader.Read(Event("OnboardingRefused", "WorkloadGroup", ids))!.CorrelationIds.ShouldBeEmpty();

    private static CoreV1Event Event(string reason, string kind, string ids) => CoreV1Event.FromJson(new JsonObject
    {
        ["metadata"] = new JsonObject
        {
            ["name"] = "e",
            ["namespace"] = "bookinfo",
            ["annotations"] = new JsonObject
            {
                ["events.onboarding.tetrate.io/correlation-ids"] = ids,
                ["events.onboarding.tetrate.io/reason"] = "NOT_AUTHORIZED",
                ["events.onboarding.tetrate.io/identity"] = """{"jwt":{"issuer":"https://demo.localhost","subject":"laptop"}}""",
                ["events.onboarding.tetrate.io/instance"] = "jwt-demo--laptop",
            },
        },
        ["involvedObject"] = new JsonObject { ["kind"] = kind, ["name"] = "ratings" },
        ["reason"] = reason,
        ["message"] = "refused",
        ["count"] = 3,
        ["lastTimestamp"] = "2026-11-22T12:00:00Z",
    });
}
