using Onboarding.Testing;
using Onboarding.Tests.Install.Server;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Install;

/// <summary>The chart is installed by the real helm; operators and endpoints run as pods would, with the roles that are shipped; a machine joins.</summary>
[Collection(nameof(InstalledCluster))]
public sealed class InstallTests
{
    // What docs/install.md says an uninstall leaves.
    private static readonly string[] Kept =
    [
        "CustomResourceDefinition /",
        "Secret istio-system/onboarding-token-keys",
        "WorkloadKeyBinding istio-system/",
        "Lease istio-system/onboarding-plane-leader",
        "Secret istio-system/join-tls",
    ];

    public InstallTests()
    {
        Capability.Kubectl.Require();
        Capability.Root.Require();
    }

    [Fact]
    public async Task A_machine_joins_what_helm_installed_and_an_uninstall_leaves_what_the_docs_name()
    {
        await using InstalledCluster cluster = await InstalledCluster.StartAsync(isBehindGateway: true);
        SortedSet<string> before = await cluster.ObjectsAsync();

        await ADefinitionOfOthersIsRefusedAsync(cluster);
        await cluster.InstallAsync();
        await cluster.WaitUntilReadyAsync();
        (await cluster.ConditionAsync("Accepted")).ShouldBe("True");
        (await cluster.ConditionAsync("RBACReady")).ShouldBe("True");
        await cluster.Programs.HelmAsync("test", "onboarding", "--namespace", InstalledCluster.PlaneNamespace);
        await cluster.JoinAsync();
        await RouteTests.CheckAsync(cluster);

        await cluster.Programs.RunAsync("helm", 1, ["uninstall", "onboarding", "--namespace", InstalledCluster.PlaneNamespace, "--timeout", "30s"]);
        cluster.Kubelet.AllLogs.ShouldContain("1 machines are registered");
        cluster.Kubelet.ReadyOf(InstalledCluster.Operator).ShouldNotBeEmpty("the uninstall was refused");

        await cluster.LeaveAsync();
        await UsedRights.CheckAsync(cluster);
        cluster.AllLogs.ShouldNotContain("forbidden", Case.Insensitive, "nothing was tried that the roles don't allow");
        await APlaneThatWouldStayIsRefusedAsync(cluster);
        await cluster.Programs.HelmAsync("uninstall", "onboarding", "--namespace", InstalledCluster.PlaneNamespace, "--timeout", "60s");
        await Eventually.Is(() => !cluster.Kubelet.Running.Any(), "all pods end");
        string[] left = [];
        try
        {
            await Eventually.Is(async () => (left = [.. (await cluster.ObjectsAsync()).Except(before).Where(o => !IsKept(o))]).Length == 0, "nothing is left");
        }
        finally
        {
            left.ShouldBeEmpty();
        }
    }

    private static async Task ADefinitionOfOthersIsRefusedAsync(InstalledCluster cluster)
    {
        const string Definition = "jointokens.authorization.onboarding.tetrate.io";
        string file = $"{cluster.Values}.definition";
        string ours = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "deploy", "crds", "jointokens.yaml"));
        await File.WriteAllTextAsync(file, ours.Replace("part-of: onboarding", "part-of: other", StringComparison.Ordinal));
        await cluster.Programs.KubectlAsync("create", "-f", file);
        string[] install = ["install", "onboarding", ShippedManifests.Chart, "--namespace", InstalledCluster.PlaneNamespace, "--values", cluster.Values];
        (await cluster.Programs.RunAsync("helm", 1, install)).ShouldContain("jointokens.yaml", Case.Sensitive, "helm itself takes nothing over");
        string said = await cluster.Programs.RunAsync("helm", 1, [.. install, "--skip-crds"]);
        said.ShouldContain(Definition);
        said.ShouldContain("onboarding-operator convert");
        await cluster.Programs.KubectlAsync("delete", "customresourcedefinition", Definition);
    }

    // Helm knows what is a release's by this annotation: without it, the plane is one that was applied by hand.
    private static async Task APlaneThatWouldStayIsRefusedAsync(InstalledCluster cluster)
    {
        string[] annotate = ["-n", InstalledCluster.PlaneNamespace, "annotate", "onboardingplane", "onboarding-plane"];
        await cluster.Programs.KubectlAsync([.. annotate, "meta.helm.sh/release-name-"]);
        await cluster.Programs.RunAsync("helm", 1, ["uninstall", "onboarding", "--namespace", InstalledCluster.PlaneNamespace, "--timeout", "30s"]);
        cluster.Kubelet.AllLogs.ShouldContain($"kubectl -n {InstalledCluster.PlaneNamespace} delete onboardingplane onboarding-plane");
        cluster.Kubelet.ReadyOf(InstalledCluster.Operator).ShouldNotBeEmpty("the uninstall was refused");
        await cluster.Programs.KubectlAsync([.. annotate, "meta.helm.sh/release-name=onboarding"]);
    }

    private static bool IsKept(string name) => Kept.Any(k => name.StartsWith(k, StringComparison.Ordinal));
}
