using System.Text.Json.Nodes;
using Onboarding.Testing;
using Onboarding.Tests.E2E.Infrastructure;
using Onboarding.Tests.E2E.Kubectl;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.E2E;

public sealed class MembersInKubectlTests
{
    [Fact]
    public async Task Kubectl_shows_what_a_member_consists_of()
    {
        Capability.Kubectl.Require();
        await using Mesh mesh = await Mesh.StartAsync();
        await mesh.AllowAsync();
        await mesh.StartAgentAsync();
        await mesh.WaitUntilJoinedAsync();

        string yaml = await KubectlAsync(mesh, "get", "workloadgroups,workloadentries,war,workloadkeybindings", "-A", "-o", "yaml");
        string[] kinds = ["WorkloadGroup", "WorkloadEntry", "WorkloadAutoRegistration", "WorkloadKeyBinding"];
        kinds.ShouldAllBe(kind => yaml.Contains($"kind: {kind}\n", StringComparison.Ordinal));

        string table = await KubectlAsync(mesh, "get", "war", "-n", "bookinfo");
        table.ShouldContain("AGENT CONNECTED");
        table.ShouldContain("ratings-jwt-demo--vm-1   True");

        JsonNode entry = JsonNode.Parse(await KubectlAsync(mesh, "get", "we", "-n", "bookinfo", "ratings-jwt-demo--vm-1", "-o", "json"))!;
        entry["metadata"]!["ownerReferences"]![0]!["kind"]!.GetValue<string>().ShouldBe("WorkloadAutoRegistration");
        entry["spec"]!["serviceAccount"]!.GetValue<string>().ShouldBe("bookinfo-ratings");
    }

    [Fact]
    public async Task Deleting_the_registration_with_kubectl_makes_the_agent_join_anew()
    {
        Capability.Kubectl.Require();
        await using Mesh mesh = await Mesh.StartAsync();
        await mesh.AllowAsync();
        await mesh.StartAgentAsync();
        await mesh.WaitUntilJoinedAsync();
        string? before = (await mesh.RegistrationsAsync()).ShouldHaveSingleItem().Metadata.Uid;

        await KubectlAsync(mesh, "delete", "war", "-n", "bookinfo", "ratings-jwt-demo--vm-1");

        await Eventually.Is(
            async () => (await mesh.RegistrationsAsync()) is [{ Metadata.Uid: { } uid }] && uid != before && (await mesh.EntriesAsync()).Count == 1,
            $"a new registration with its entry\n{mesh.Log}");
    }

    private static Task<string> KubectlAsync(Mesh mesh, params string[] arguments) =>
        new KubectlProgram(mesh.Plane.Ready.Kubeconfig, mesh.Workspace.Root).RunAsync(arguments);
}
