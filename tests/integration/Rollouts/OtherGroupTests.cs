using System.Text.Json.Nodes;
using Onboarding.Api.Istio;
using Onboarding.Api.Rpc;
using Onboarding.Api.Runtime;
using Onboarding.Kubernetes;
using Onboarding.Testing;
using Onboarding.Tests.Integration.Endpoint;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Integration.Rollouts;

/// <summary>A change of one group is its members' alone: nothing is sent to another group's, and nothing is written of them.</summary>
public sealed class OtherGroupTests
{
    private const string Other = "reviews";

    [Fact]
    public async Task A_groups_change_reaches_its_members_and_no_one_else()
    {
        await using TestPlane plane = await TestPlane.StartAsync();
        await plane.Client.CreateAsync(WorkloadGroup.FromJson((JsonObject)JsonNode.Parse("""
            {"metadata": {"name": "reviews", "namespace": "bookinfo", "labels": {"app": "ratings"}}, "spec": {"metadata": {"labels": {"app": "reviews"}}, "template": {}}}
            """)!));
        TestAgent one = plane.Agent("host-one");
        TestAgent other = plane.Agent("host-other");
        await Eventually.Is(async () => await other.RefusalAsync(Other) is null, "the plane knows the other group");
        using TestSession changing = await JoinAsync(one, TestPlane.Group);
        using TestSession still = await JoinAsync(other, Other);
        long generation = (await NextAsync(changing)).Version.Generation;
        long before = (await NextAsync(still)).Version.Generation;
        WorkloadAutoRegistration member = await SettledAsync(plane, other);
        WorkloadEntry entry = await plane.Client.GetAsync<WorkloadEntry>(TestPlane.Namespace, other.Registration);

        for (int port = 9001; port <= 9003; port++)
        {
            await ChangeAsync(plane, TestPlane.Group, port);
            Onboarding.Api.Rpc.BootConfiguration told = await NextAsync(changing);
            told.MeshYaml.ShouldContain($"port: {port}");
            told.Version.Generation.ShouldBeGreaterThan(generation);
            generation = told.Version.Generation;
        }

        (await MemberAsync(plane, other)).Metadata.ResourceVersion.ShouldBe(member.Metadata.ResourceVersion);
        (await plane.Client.GetAsync<WorkloadEntry>(TestPlane.Namespace, other.Registration)).Metadata.ResourceVersion.ShouldBe(entry.Metadata.ResourceVersion);

        await ChangeAsync(plane, Other, 9009);
        PlaneMessage first = await still.NextAsync();
        first.MessageCase.ShouldBe(PlaneMessage.MessageOneofCase.BootConfiguration, "nothing came before its own group's change");
        first.BootConfiguration.MeshYaml.ShouldContain("port: 9009");
        first.BootConfiguration.Version.Generation.ShouldBe(before + 1);
    }

    private static async Task<TestSession> JoinAsync(TestAgent agent, string group)
    {
        await agent.AdmitAsync(group);
        return await agent.ConnectAsync();
    }

    // As an agent does: the boot configuration is in force.
    private static async Task<Onboarding.Api.Rpc.BootConfiguration> NextAsync(TestSession session)
    {
        Onboarding.Api.Rpc.BootConfiguration boot = (await session.NextAsync(PlaneMessage.MessageOneofCase.BootConfiguration)).BootConfiguration;
        await session.SendAsync(new AgentMessage { BootConfigurationStatus = new BootConfigurationStatus { Generation = boot.Version.Generation, SidecarRestarted = true } });
        await session.SendAsync(new AgentMessage
        {
            Health = new HealthReport { Sidecar = SidecarState.Ready, SidecarReady = true, CoreHash = boot.Version.CoreHash },
        });
        return boot;
    }

    private static Task<WorkloadAutoRegistration> MemberAsync(TestPlane plane, TestAgent agent) =>
        plane.Client.GetAsync<WorkloadAutoRegistration>(TestPlane.Namespace, agent.Registration);

    // What its own joining writes is written.
    private static async Task<WorkloadAutoRegistration> SettledAsync(TestPlane plane, TestAgent agent)
    {
        await Eventually.Is(
            async () => (await MemberAsync(plane, agent)).Status?.BootConfiguration is { Desired: { } desired, Current: { } current } && desired == current,
            "the boot configuration is in force");
        return await MemberAsync(plane, agent);
    }

    private static async Task ChangeAsync(TestPlane plane, string group, int port) => await plane.Client.PatchAsync<WorkloadGroup>(
        TestPlane.Namespace, group, V1Patch.Merge(new JsonObject
        {
            ["spec"] = new JsonObject { ["probe"] = new JsonObject { ["httpGet"] = new JsonObject { ["path"] = "/healthz", ["port"] = port } } },
        }));
}
