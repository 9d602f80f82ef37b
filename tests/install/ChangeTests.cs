using Onboarding.Api.Istio;
using Onboarding.Api.Runtime;
using Onboarding.Quickstart.Demo;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Install;

/// <summary>What changes in an installed plane that has a member: edits good and bad, an upgrade, an endpoint that is killed.</summary>
[Collection(nameof(InstalledCluster))]
public sealed class ChangeTests
{
    // A session serves until its agent leaves for another instance: on an idle machine the gap is a fifth of a second.
    private static readonly TimeSpan LongestGap = TimeSpan.FromSeconds(5);

    public ChangeTests()
    {
        Capability.Kubectl.Require();
        Capability.Root.Require();
    }

    [Fact]
    public async Task A_member_stays_through_edits_an_upgrade_and_a_killed_endpoint()
    {
        await using InstalledCluster cluster = await InstalledCluster.StartAsync();
        await cluster.InstallAsync();
        await cluster.WaitUntilReadyAsync();
        await cluster.JoinAsync();
        WorkloadAutoRegistration joined = await cluster.RegistrationAsync();
        string entry = await EntryUidAsync(cluster);

        await ABadEditChangesNothingAsync(cluster);
        await WhatIsDeletedComesBackAsync(cluster);

        // All that run: one whose probe was slow this once is an old one, too.
        string[] old = [.. cluster.Kubelet.Running.Where(p => p.Owner == InstalledCluster.Endpoint).Select(p => p.Name)];
        using NextChart next = await NextChart.PackAsync(cluster.Programs);
        await cluster.Programs.KubectlAsync("apply", "--server-side", "--force-conflicts", "-f", next.Definitions);
        await cluster.Programs.HelmAsync(
            "upgrade", "onboarding", next.Package, "--namespace", InstalledCluster.PlaneNamespace,
            "--reuse-values", "--set", "tag=0.1.1,plane.gracePeriod=6m");
        (await cluster.Programs.KubectlAsync("get", "crd", NextChart.Changed, "-o", "yaml")).ShouldContain(NextChart.NewField);
        await Eventually.Is(
            () => cluster.Kubelet.ReadyOf(InstalledCluster.Endpoint).Select(p => p.Name).Except(old).Count() == 2 && !cluster.Kubelet.Running.Any(p => old.Contains(p.Name)),
            "both endpoints are replaced");
        await IsConnectedToAsync(cluster, () => cluster.Kubelet.ReadyOf(InstalledCluster.Endpoint).Select(p => p.Name).Except(old));

        WorkloadAutoRegistration upgraded = await cluster.RegistrationAsync();
        upgraded.Metadata.Uid.ShouldBe(joined.Metadata.Uid);
        (await EntryUidAsync(cluster)).ShouldBe(entry, "no entry was removed");
        // The cluster knows of a session before the agent's line about it is read.
        await Eventually.Is(() => cluster.LongestOutage() > TimeSpan.Zero, "the agent says that it moved");
        cluster.LongestOutage().ShouldBeLessThan(LongestGap, cluster.AllLogs);

        string holder = upgraded.Status!.ActiveAgentConnection!.ConnectedTo;
        cluster.Kubelet.Running.Single(p => p.Name == holder).Process.Kill();
        await IsConnectedToAsync(cluster, () => cluster.Kubelet.ReadyOf(InstalledCluster.Endpoint).Select(p => p.Name).Where(p => p != holder));
        (await EntryUidAsync(cluster)).ShouldBe(entry);
    }

    // Kubernetes' own fields are the operator's to check: the API server takes what it can't know.
    private static async Task ABadEditChangesNothingAsync(InstalledCluster cluster)
    {
        string before = await DeploymentAsync(cluster);
        await PatchAsync(cluster, """{"spec": {"components": {"instance": {"kubeSpec": {"deployment": {"tolerations": [{"keys": "dedicated"}], "replicaCount": 3}}}}}}""");
        await Eventually.Is(async () => await cluster.ConditionAsync("Accepted") == "False", "the plane isn't accepted");
        (await cluster.Programs.KubectlAsync("-n", InstalledCluster.PlaneNamespace, "get", "onboardingplane", "onboarding-plane", "-o", "yaml"))
            .ShouldContain("spec.components.instance.kubeSpec.deployment.tolerations[0].keys");
        (await DeploymentAsync(cluster)).ShouldBe(before, "the last plane without errors stays in force");
        await PatchAsync(cluster, """{"spec": {"components": null}}""");
        await Eventually.Is(async () => await cluster.ConditionAsync("Accepted") == "True", "the plane is accepted again");
    }

    private static async Task WhatIsDeletedComesBackAsync(InstalledCluster cluster)
    {
        await cluster.Programs.KubectlAsync("-n", InstalledCluster.PlaneNamespace, "delete", "poddisruptionbudget", "onboarding-plane");
        // A look comes with the next change, or after half a minute.
        await PatchAsync(cluster, """{"metadata": {"annotations": {"looked": "at"}}}""");
        await Eventually.Is(
            async () => (await cluster.ObjectsAsync()).Contains("PodDisruptionBudget istio-system/onboarding-plane"), "the budget is made again");
    }

    private static Task<string> PatchAsync(InstalledCluster cluster, string patch) => cluster.Programs.KubectlAsync(
        "-n", InstalledCluster.PlaneNamespace, "patch", "onboardingplane", "onboarding-plane", "--type=merge", "-p", patch);

    private static async Task<string> DeploymentAsync(InstalledCluster cluster) => await cluster.Programs.KubectlAsync(
        "-n", InstalledCluster.PlaneNamespace, "get", "deployment", "onboarding-plane", "-o", "jsonpath={.metadata.generation} {.spec}");

    private static async Task<string> EntryUidAsync(InstalledCluster cluster) =>
        (await cluster.Client.ListAsync<WorkloadEntry>(DemoMesh.Namespace)).Items.Single().Metadata.Uid!;

    private static async Task IsConnectedToAsync(InstalledCluster cluster, Func<IEnumerable<string>> names)
    {
        WorkloadAutoRegistration? seen = null;
        try
        {
            await Eventually.Is(
                async () =>
                {
                    seen = await cluster.RegistrationAsync();
                    return seen is { Status: { ActiveAgentConnection.ConnectedTo: { } holder } status }
                        && names().Contains(holder) && status.Conditions.Any(c => c is { Type: "AgentConnected", Status: "True" });
                },
                "the agent has a session");
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"{e.Message}\n{string.Join(' ', names())}\n{seen?.ToJson()}\n{cluster.AllLogs}", e);
        }
    }
}
