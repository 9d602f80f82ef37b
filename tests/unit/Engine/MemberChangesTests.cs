using System.Text.Json.Nodes;
using Onboarding.Api.Runtime;
using Onboarding.Fleet.Workloads;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.Engine;

public sealed class MemberChangesTests
{
    private static readonly WorkloadAutoRegistration Source = WorkloadAutoRegistration.FromJson((JsonObject)JsonNode.Parse("""{"metadata":{"name":"x"} }""")!);

    private readonly MemberChanges _changes = new(new MemberQuery());

    [Fact]
    public void First_come_those_there_are_and_then_those_that_come()
    {
        _changes.Next([Workload("a")]).Select(Told).ShouldBe(["a Connected"]);
        _changes.Next([Workload("a"), Workload("b")]).Select(Told).ShouldBe(["b Connected"]);
        _changes.Next([Workload("a"), Workload("b")]).ShouldBeEmpty();
    }

    [Fact]
    public void A_renewed_session_is_no_change()
    {
        _changes.Next([Workload("a")]);
        _changes.Next([Workload("a") with { LastSeen = DateTimeOffset.UnixEpoch, Since = DateTimeOffset.UnixEpoch }]).ShouldBeEmpty();
    }

    [Fact]
    public void What_a_person_looks_for_is_one()
    {
        Member last = Workload("a");
        _changes.Next([last]);
        Member[] next =
        [
            last with { Phase = MemberPhase.Lost },
            last with { Sidecar = MemberSidecar.Failed },
            last with { SidecarMessage = "it ends at once" },
            last with { SidecarVersion = "1.26.1" },
            last with { AgentVersion = "v0.2.0" },
            last with { ConnectedTo = "endpoint-1" },
            last with { Address = "10.0.0.2" },
            last with { Policy = "other" },
            last with { Reason = "Other" },
            last with { Labels = new Dictionary<string, string> { ["version"] = "v1" } },
            last with { Labels = new Dictionary<string, string> { ["version"] = "v2" } },
        ];
        foreach (Member changed in next)
        {
            _changes.Next([changed]).ShouldBe([changed]);
        }
    }

    [Fact]
    public void One_that_is_gone_comes_once_more_and_one_of_its_name_is_another()
    {
        _changes.Next([Workload("a"), Workload("b")]);
        _changes.Next([Workload("a") with { Uid = "2" }]).Select(Told).ShouldBe(["a Gone", "b Gone", "a Connected"]);
        _changes.Next([Workload("a") with { Uid = "2" }]).ShouldBeEmpty();
    }

    [Fact]
    public void One_that_leaves_the_phase_comes_as_it_is_then_and_not_as_gone()
    {
        var changes = new MemberChanges(new MemberQuery { Phase = MemberPhase.Connected, Platform = "jwt" });
        changes.Asked.ShouldBe(new MemberQuery { Platform = "jwt" });
        changes.Next([Workload("a"), Workload("b", MemberPhase.Lost)]).Select(Told).ShouldBe(["a Connected"]);
        changes.Next([Workload("a", MemberPhase.Lost), Workload("b", MemberPhase.Lost)]).Select(Told).ShouldBe(["a Lost"]);
        changes.Next([Workload("b", MemberPhase.Lost)]).ShouldBeEmpty();
        changes.Next([Workload("b")]).Select(Told).ShouldBe(["b Connected"]);
    }

    private static string Told(Member member) => $"{member.Name} {member.Phase}";

    private static Member Workload(string name, string phase = MemberPhase.Connected) => new()
    {
        Name = name,
        Namespace = "bookinfo",
        Group = "ratings",
        Instance = name,
        Platform = "jwt",
        Identity = "",
        IdentityJson = "{}",
        Phase = phase,
        Uid = "1",
        Source = Source,
    };
}
