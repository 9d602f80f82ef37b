using Onboarding.Api.Runtime;
using Onboarding.Endpoint.BootConfiguration;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.Rollouts;

public sealed class BootPlanTests
{
    private static readonly BootContent A = Content("a", "hosts-1");

    [Fact]
    public void The_first_is_generation_one_and_restarts_nothing()
    {
        BootPlan plan = BootPlan.Create(A, A.Live, held: null, desired: null);

        plan.ShouldBe(new BootPlan(new BootConfigurationRevision(1, A.CoreHash, A.Live.Hash), Restarts: false, Interim: null));
    }

    [Fact]
    public void The_same_content_keeps_its_generation()
    {
        BootConfigurationRevision had = Revision(A, 7);

        BootPlan.Create(A, A.Live, had, had).ShouldBe(new BootPlan(had, Restarts: false, Interim: null));
    }

    [Fact]
    public void Other_hosts_alone_restart_nothing()
    {
        BootContent moved = Content("a", "hosts-2");

        BootPlan.Create(moved, moved.Live, Revision(A, 1), Revision(A, 1)).ShouldBe(new BootPlan(Revision(moved, 2), Restarts: false, Interim: null));
    }

    [Fact]
    public void Another_core_restarts()
    {
        BootContent other = Content("b", "hosts-1");

        BootPlan.Create(other, other.Live, Revision(A, 1), Revision(A, 1)).ShouldBe(new BootPlan(Revision(other, 2), Restarts: true, Interim: null));
    }

    [Fact]
    public void Other_hosts_while_another_core_waits_are_a_version_in_between()
    {
        BootContent other = Content("b", "hosts-2");
        BootConfigurationRevision had = Revision(A, 1);

        BootPlan plan = BootPlan.Create(other, other.Live, had, Revision(Content("b", "hosts-1"), 2));

        plan.Desired.ShouldBe(Revision(other, 4));
        plan.Interim.ShouldBe(new BootConfigurationRevision(3, A.CoreHash, other.Live.Hash));
        BootPlan.Create(other, other.Live, had, plan.Desired).ShouldBe(plan, "planning again changes nothing");
        BootPlan.Create(other, other.Live, plan.Interim, plan.Desired).ShouldBe(new BootPlan(plan.Desired, Restarts: true, Interim: null));
    }

    [Fact]
    public void What_is_taken_back_before_its_turn_came_needs_no_restart_and_still_rises()
    {
        BootPlan plan = BootPlan.Create(A, A.Live, Revision(A, 1), Revision(Content("b", "hosts-1"), 2));

        plan.ShouldBe(new BootPlan(Revision(A, 3), Restarts: false, Interim: null));
    }

    [Fact]
    public void Text_that_moves_from_one_file_to_the_next_is_another_core() =>
        (A with { ClusterEnv = "x", MeshYaml = "" }).CoreHash.ShouldNotBe((A with { ClusterEnv = "", MeshYaml = "x" }).CoreHash);

    private static BootConfigurationRevision Revision(BootContent content, long generation) => new(generation, content.CoreHash, content.Live.Hash);

    private static BootContent Content(string core, string hosts) => new()
    {
        ClusterEnv = core,
        MeshYaml = "",
        RootCertificate = "",
        Live = new LiveContent(hosts, new MeshAccount("ns", "sa", "spiffe://td/ns/ns/sa/sa")),
    };
}
