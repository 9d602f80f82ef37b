using System.Text.Json.Nodes;
using Onboarding.Api.Istio;
using Onboarding.Api.Runtime;
using Onboarding.Engine.Workloads;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.Engine;

public sealed class MemberReaderTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(null, MemberPhase.Registered)]
    [InlineData("True", MemberPhase.Connected)]
    [InlineData("False", MemberPhase.Lost)]
    [InlineData("Unknown", MemberPhase.Lost)]
    public void The_phase_is_what_the_connection_is(string? status, string phase) =>
        MemberReader.Read(Registration(status), null, Now).Phase.ShouldBe(phase);

    [Fact]
    public void A_connected_member_was_seen_now_and_a_lost_one_when_its_session_ended()
    {
        MemberReader.Read(Registration("True"), null, Now).LastSeen.ShouldBe(Now);
        MemberReader.Read(Registration("False"), null, Now).LastSeen.ShouldBe(new DateTimeOffset(2026, 11, 22, 11, 0, 0, TimeSpan.Zero));
        MemberReader.Read(Registration(null), null, Now).LastSeen.ShouldBeNull();
    }

    [Fact]
    public void The_instance_is_what_the_name_has_after_the_groups()
    {
        Member member = MemberReader.Read(Registration("True"), null, Now);
        member.Group.ShouldBe("ratings");
        member.Instance.ShouldBe("jwt-demo--vm-1");
        MemberReader.InstanceOf("other-jwt-demo--vm-1", "ratings").ShouldBe("other-jwt-demo--vm-1");
    }

    [Fact]
    public void Address_and_labels_are_those_of_the_entry()
    {
        WorkloadEntry entry = WorkloadEntry.FromJson((JsonObject)JsonNode.Parse(
            """{"metadata":{"name":"x"},"spec":{"address":"10.0.0.1","labels":{"app":"ratings"}}}""")!);

        Member member = MemberReader.Read(Registration("True"), entry, Now);

        member.Address.ShouldBe("10.0.0.1");
        member.Labels["app"].ShouldBe("ratings");
        member.Sidecar.ShouldBe("1.26.0 (canary)");
    }

    [Fact]
    public void A_registration_that_cant_be_read_is_still_listed()
    {
        WorkloadAutoRegistration broken = WorkloadAutoRegistration.FromJson((JsonObject)JsonNode.Parse(
            """{"metadata":{"name":"ratings-x","namespace":"bookinfo"},"spec":{"identity":7}}""")!);

        Member member = MemberReader.Read(broken, null, Now);

        member.Name.ShouldBe("ratings-x");
        member.Platform.ShouldBeEmpty();
        member.Phase.ShouldBe(MemberPhase.Registered);
    }

    private static WorkloadAutoRegistration Registration(string? connected)
    {
        string status = connected is null ? "{}" : $$"""
            {"conditions":[{"type":"AgentConnected","status":"{{connected}}","reason":"R","lastTransitionTime":"2026-11-22T10:00:00Z"}],
             "session":{"epoch":1,"endedAt":"2026-11-22T11:00:00Z"} }
            """;
        return WorkloadAutoRegistration.FromJson((JsonObject)JsonNode.Parse(
            $$$"""
            {"metadata":{"name":"ratings-jwt-demo--vm-1","namespace":"bookinfo","creationTimestamp":"2026-11-22T09:00:00Z",
              "ownerReferences":[{"apiVersion":"networking.istio.io/v1","kind":"WorkloadGroup","name":"ratings","uid":"u"}]},
             "spec":{"identity":{"jwt":{"issuer":"https://demo.localhost","subject":"vm-1"} },
               "registration":{"agent":{"version":"v0.1.0"},"sidecar":{"istio":{"version":"1.26.0","revision":"canary"} },
                 "host":{"addresses":[{"ip":"10.0.0.1","type":"VPC"}]} } },
             "status":{{{status}}} }
            """)!);
    }
}
