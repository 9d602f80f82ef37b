using Onboarding.Api.Meta;
using Onboarding.Api.Rpc;
using Onboarding.Api.Runtime;
using Onboarding.Endpoint.BootConfiguration;
using Onboarding.Endpoint.Sessions;
using Onboarding.Operator.Rollouts;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.Rollouts;

/// <summary>A member is out of traffic while its sidecar restarts: when it goes, when it restarts, when it is back.</summary>
public sealed class DrainTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Delay = TimeSpan.FromSeconds(10);
    private static readonly BootContent A = Content("a");
    private static readonly BootContent B = Content("b");

    private static readonly BootConfigurationRevision One = Revision(A, 1);
    private static readonly BootConfigurationRevision Two = Revision(B, 2);

    [Fact]
    public void The_entry_goes_first_and_the_restart_comes_when_clients_have_heard_of_it()
    {
        BootStep first = Deliver(B, Serving, Start);
        first.Effects.OfType<BootEffect.TakeOut>().ShouldHaveSingleItem();
        first.Effects.OfType<BootEffect.Configure>().ShouldBeEmpty();
        first.Effects[^1].ShouldBe(new BootEffect.DeliverAfter(Delay));

        BootStep early = Deliver(B, End(first), Start.AddSeconds(4));
        early.Effects.ShouldBe([new BootEffect.DeliverAfter(TimeSpan.FromSeconds(6))], "asked again, it waits on");

        BootStep due = Deliver(B, End(first), Start + Delay);
        due.Effects.ShouldHaveSingleItem().ShouldBeOfType<BootEffect.Configure>();
        End(due).Out.ShouldBe(EntryOut.Yes);
    }

    [Fact]
    public void Who_is_not_let_in_yet_stays_in_traffic() =>
        Deliver(B, Serving, Start, admitted: 1).Effects.ShouldAllBe(e => e is BootEffect.Send);

    [Fact]
    public void What_needs_no_restart_takes_no_one_out() =>
        Deliver(A with { Live = A.Live with { Hosts = "other" } }, Serving, Start).Effects.ShouldAllBe(e => e is BootEffect.Write || e is BootEffect.Configure);

    [Fact]
    public void It_is_back_once_its_sidecar_is_ready_on_what_it_has()
    {
        var restarted = new BootState(Two) { Out = EntryOut.Yes, RestartAt = Start };
        BootReducer waiting = new(restarted, Member());
        waiting.Reported(Report("b", ready: false), Start).Effects.ShouldBeEmpty();

        BootStep ready = waiting.Reported(Report(B.CoreHash, ready: true), Start);
        ready.Effects[^1].ShouldBe(new BootEffect.DeliverAfter(TimeSpan.Zero));

        BootStep back = Deliver(B, ready.State, Start);
        back.Effects.ShouldHaveSingleItem().ShouldBeOfType<BootEffect.PutIn>();
        End(back).Out.ShouldBe(EntryOut.No);
    }

    [Fact]
    public void The_next_restart_takes_out_again_who_has_health_since_and_gives_who_failed_the_remedy_at_once()
    {
        var restarted = new BootState(One) { Out = EntryOut.Yes, OutFor = 1 };

        Deliver(B, restarted with { ReadyCore = A.CoreHash }, Start).Effects.OfType<BootEffect.TakeOut>().ShouldHaveSingleItem();
        Deliver(B, restarted, Start).Effects.ShouldHaveSingleItem().ShouldBeOfType<BootEffect.Configure>();
    }

    [Fact]
    public void Another_instance_brings_back_what_it_may_have_been_left()
    {
        var other = new BootState(Two) { Out = EntryOut.Perhaps, ReadyCore = B.CoreHash };

        Deliver(B, other, Start).Effects.ShouldHaveSingleItem().ShouldBeOfType<BootEffect.PutIn>();
    }

    [Fact]
    public void Another_instance_takes_out_again_what_only_may_be_out() =>
        Deliver(B, Serving with { Out = EntryOut.Perhaps }, Start).Effects.OfType<BootEffect.TakeOut>().ShouldHaveSingleItem();

    [Fact]
    public void Who_could_not_take_it_serves_on_and_tries_again_without_being_taken_out()
    {
        BootState sent = Serving with { Out = EntryOut.Yes, OutFor = 2, RestartAt = Start, Sent = Two };
        BootStep rejected = new BootReducer(sent, Member()).Answered(new BootConfigurationStatus { Generation = 2, Error = "disk full" });
        rejected.Effects[0].ShouldBe(new BootEffect.DeliverAfter(TimeSpan.Zero));

        BootStep back = Deliver(B, rejected.State, Start);
        back.Effects[0].ShouldBeOfType<BootEffect.PutIn>();
        back.Effects[1].ShouldBeOfType<BootEffect.DeliverAfter>().Pause.ShouldBeGreaterThan(TimeSpan.Zero);
        back.Effects.Count.ShouldBe(2);

        Deliver(B, End(back), Start).Effects.ShouldHaveSingleItem().ShouldBeOfType<BootEffect.Configure>();
    }

    [Fact]
    public void What_is_taken_back_during_the_wait_brings_it_back_without_a_restart()
    {
        BootState waiting = End(Deliver(B, Serving, Start));

        BootStep back = Deliver(A, waiting, Start.AddSeconds(1));

        back.Effects.OfType<BootEffect.PutIn>().ShouldHaveSingleItem();
        back.Effects.OfType<BootEffect.Configure>().ShouldHaveSingleItem().Plan.Restarts.ShouldBeFalse();
    }

    [Fact]
    public void One_that_failed_is_let_in_to_what_it_had_before()
    {
        // A was good, B failed, A is wanted again: by its core it has nothing to come.
        WorkloadAutoRegistration member = Member(desired: Revision(A, 3), admitted: 2);
        RolloutMember.HasSomethingToCome(member).ShouldBeTrue();
        new RolloutMember(member, AdmittedTo: 2, IsOverdue: false).IsWaiting.ShouldBeTrue();

        // It isn't done when the agent has it, but when its sidecar is ready on it.
        var back = new BootReducer(new BootState(Two) { Sent = Revision(A, 3) }, Member(desired: Revision(A, 3), admitted: 3));
        BootStep answered = back.Answered(new BootConfigurationStatus { Generation = 3 });
        answered.Effects.ShouldBeEmpty();
        (back with { State = answered.State }).Reported(Report(A.CoreHash, ready: true), Start).Effects.OfType<BootEffect.Write>().ShouldHaveSingleItem();
    }

    private static BootState Serving => new(One) { ReadyCore = A.CoreHash };

    private static BootStep Deliver(BootContent content, BootState state, DateTimeOffset now, long admitted = 2) =>
        new BootReducer(state, Member()).Deliver(content, content.Live, admitted, [], new DrainClock(now, Delay));

    private static BootState End(BootStep step) => step.Effects.Aggregate(step.State, (state, effect) => effect.Then ?? state);

    private static HealthReport Report(string core, bool ready) =>
        new() { Sidecar = ready ? SidecarState.Ready : SidecarState.Starting, SidecarReady = ready, CoreHash = core };

    private static WorkloadAutoRegistration Member(BootConfigurationRevision? desired = null, long? admitted = null) => new()
    {
        Metadata = new V1ObjectMeta { Name = "a", Namespace = "ns", Uid = "uid" },
        Status = new WorkloadAutoRegistrationStatus
        {
            ActiveAgentConnection = new ActiveAgentConnection("one"),
            BootConfiguration = new BootConfigurationState { Current = One, Desired = desired ?? Two, Admitted = admitted },
            Conditions = [new V1Condition { Type = WorkloadAutoRegistration.AgentConnected, Status = "True" }],
        },
    };

    private static BootConfigurationRevision Revision(BootContent content, long generation) => new(generation, content.CoreHash, content.Live.Hash);

    private static BootContent Content(string core) => new()
    {
        ClusterEnv = core,
        MeshYaml = "",
        RootCertificate = "",
        Live = new LiveContent("hosts", new MeshAccount("ns", "sa", "spiffe://td/ns/ns/sa/sa")),
    };
}
