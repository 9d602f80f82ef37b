using System.Text.Json.Nodes;
using Onboarding.Api.Istio;
using Onboarding.Api.Runtime;
using Onboarding.Fleet.Status;
using Onboarding.Fleet.Workloads;
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
        MemberReader.Read(Registration("True", name: "other-jwt-demo--vm-1"), null, Now).Instance.ShouldBe("other-jwt-demo--vm-1");
    }

    [Fact]
    public void Address_and_labels_are_those_of_the_entry()
    {
        WorkloadEntry entry = WorkloadEntry.FromJson((JsonObject)JsonNode.Parse(
            """{"metadata":{"name":"x"},"spec":{"address":"10.0.0.1","labels":{"app":"ratings"}}}""")!);

        Member member = MemberReader.Read(Registration("True"), entry, Now);

        member.Address.ShouldBe("10.0.0.1");
        member.Labels["app"].ShouldBe("ratings");
        member.SidecarVersion.ShouldBe("1.26.0 (canary)");
    }

    [Theory]
    [InlineData("True", "True", "Ready", MemberSidecar.Ready, null)]
    [InlineData("True", "False", "Starting", MemberSidecar.Starting, "words")]
    [InlineData("True", "False", "Stopped", MemberSidecar.Stopped, "words")]
    [InlineData("True", "False", "Failed", MemberSidecar.Failed, "words")]
    [InlineData("True", "False", "Resting", MemberSidecar.Unknown, "words")]
    [InlineData("True", "Unknown", "AgentSilent", MemberSidecar.Unknown, null)]
    [InlineData("False", "Unknown", "AgentSilent", MemberSidecar.Unknown, null)]
    // The plane went away before it could take its words back.
    [InlineData("False", "True", "Ready", MemberSidecar.Unknown, null)]
    public void The_sidecar_is_what_a_connected_agent_says(string connected, string status, string reason, string sidecar, string? message)
    {
        Member member = MemberReader.Read(Registration(connected, status, reason), null, Now);

        member.Sidecar.ShouldBe(sidecar);
        member.SidecarMessage.ShouldBe(message);
        member.SidecarSince.ShouldBe(new DateTimeOffset(2026, 11, 22, 10, 30, 0, TimeSpan.Zero));
    }

    [Fact]
    public void Nothing_is_said_of_a_sidecar_whose_agent_said_nothing() =>
        MemberReader.Read(Registration("True"), null, Now).Sidecar.ShouldBeNull();

    [Fact]
    public void A_status_is_healthy_once_the_sidecar_is_ready()
    {
        StatusReport report = MemberReport.Create(MemberReader.Read(Registration("True", "True", "Ready"), null, Now));

        report.Phase.ShouldBe(MemberPhase.Healthy);
        report.Since.ShouldBe(new DateTimeOffset(2026, 11, 22, 10, 30, 0, TimeSpan.Zero));
        (report.Reason, report.Explanation, report.Remediation).ShouldBe((null, null, null));
    }

    [Theory]
    [InlineData("Starting", null, null)]
    [InlineData("Stopped", null, null)]
    [InlineData("Failed", "SidecarFailed", "on the machine: onboarding-agent status")]
    public void A_status_says_why_it_is_not_healthy(string reason, string? error, string? next)
    {
        StatusReport report = MemberReport.Create(MemberReader.Read(Registration("True", "False", reason), null, Now));

        report.Phase.ShouldBe(MemberPhase.Connected);
        (report.Reason, report.Explanation, report.Remediation).ShouldBe((error, "words", next));
    }

    [Fact]
    public void A_status_of_a_lost_member_is_about_its_agent()
    {
        StatusReport report = MemberReport.Create(MemberReader.Read(Registration("False", "Unknown", "R"), null, Now));

        (report.Phase, report.Reason).ShouldBe((MemberPhase.Lost, "R"));
        report.Remediation.ShouldNotBeNull().ShouldEndWith(": onboarding-agent status");
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

    private static WorkloadAutoRegistration Registration(
        string? connected, string? sidecar = null, string? reason = null, string name = "ratings-jwt-demo--vm-1")
    {
        string more = sidecar is null ? "" : $$"""
            ,{"type":"SidecarReady","status":"{{sidecar}}","reason":"{{reason}}","message":"words","lastTransitionTime":"2026-11-22T10:30:00Z"}
            """;
        string status = connected is null ? "{}" : $$"""
            {"conditions":[{"type":"AgentConnected","status":"{{connected}}","reason":"R","lastTransitionTime":"2026-11-22T10:00:00Z"}{{more}}],
             "session":{"epoch":1,"endedAt":"2026-11-22T11:00:00Z"} }
            """;
        return WorkloadAutoRegistration.FromJson((JsonObject)JsonNode.Parse(
            $$$"""
            {"metadata":{"name":"{{{name}}}","namespace":"bookinfo","creationTimestamp":"2026-11-22T09:00:00Z",
              "ownerReferences":[{"apiVersion":"networking.istio.io/v1","kind":"WorkloadGroup","name":"ratings","uid":"u"}]},
             "spec":{"identity":{"jwt":{"issuer":"https://demo.localhost","subject":"vm-1"} },
               "registration":{"agent":{"version":"v0.1.0"},"sidecar":{"istio":{"version":"1.26.0","revision":"canary"} },
                 "host":{"addresses":[{"ip":"10.0.0.1","type":"VPC"}]} } },
             "status":{{{status}}} }
            """)!);
    }
}
