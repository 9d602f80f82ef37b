using Onboarding.Testing;
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
    ];

    public InstallTests()
    {
        Capability.Kubectl.Require();
        Capability.Root.Require();
    }

    [Fact]
    public async Task A_machine_joins_what_helm_installed_and_an_uninstall_leaves_what_the_docs_name()
    {
        await using InstalledCluster cluster = await InstalledCluster.StartAsync();
        SortedSet<string> before = await cluster.ObjectsAsync();

        await cluster.InstallAsync();
        await cluster.WaitUntilReadyAsync();
        (await cluster.ConditionAsync("Accepted")).ShouldBe("True");
        (await cluster.ConditionAsync("RBACReady")).ShouldBe("True");
        await cluster.Programs.HelmAsync("test", "onboarding", "--namespace", InstalledCluster.PlaneNamespace);
        await cluster.JoinAsync();

        await cluster.Programs.RunAsync("helm", 1, ["uninstall", "onboarding", "--namespace", InstalledCluster.PlaneNamespace, "--timeout", "30s"]);
        cluster.Kubelet.AllLogs.ShouldContain("1 machines are registered");
        cluster.Kubelet.ReadyOf(InstalledCluster.Operator).ShouldNotBeEmpty("the uninstall was refused");

        await cluster.LeaveAsync();
        cluster.AllLogs.ShouldNotContain("forbidden", Case.Insensitive, "nothing was tried that the roles don't allow");
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

    private static bool IsKept(string name) => Kept.Any(k => name.StartsWith(k, StringComparison.Ordinal));
}
