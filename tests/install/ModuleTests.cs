using Onboarding.Testing;
using Onboarding.Tests.Install.Server;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Install;

/// <summary>The PowerShell module installs and removes a plane without helm.</summary>
[Collection(nameof(InstalledCluster))]
public sealed class ModuleTests
{
    // What docs/install.md says an uninstall leaves.
    private static readonly string[] Kept = ["CustomResourceDefinition /", "Secret istio-system/onboarding-token-keys"];

    public ModuleTests()
    {
        Capability.Kubectl.Require();
        Capability.Root.Require();
    }

    [Fact]
    public async Task A_plane_is_installed_refused_to_be_removed_while_it_has_members_and_removed()
    {
        await using InstalledCluster cluster = await InstalledCluster.StartAsync();
        SortedSet<string> before = await cluster.ObjectsAsync();

        await cluster.Programs.KubectlAsync("apply", "--server-side", "--dry-run=server", "-k", ShippedManifests.Kustomization);
        string rendered = $"{cluster.Values}.rendered";
        await File.WriteAllTextAsync(rendered, await cluster.Programs.HelmAsync(
            "template", "onboarding", ShippedManifests.Chart, "--namespace", InstalledCluster.PlaneNamespace, "--include-crds", "--values", cluster.Values));
        await cluster.Programs.KubectlAsync("apply", "--dry-run=server", "-f", rendered);

        string installed = await PowerShellAsync(cluster, 0, "Install-OnboardingPlane localhost -OnboardedNamespace @{ bookinfo = 'bookinfo-ratings' } -WaitSec 120 | ConvertTo-Json");
        installed.ShouldContain("\"Status\": \"Ready\"");
        (await PowerShellAsync(cluster, 0, "(Install-OnboardingPlane localhost -OnboardedNamespace @{ bookinfo = 'bookinfo-ratings' }).Status")).ShouldContain("Ready");

        await cluster.Programs.KubectlAsync("create", "-f", await MemberAsync(cluster));
        string refused = await PowerShellAsync(cluster, 1, "Uninstall-OnboardingPlane -Confirm:$false -ErrorAction Stop");
        refused.ShouldContain("MembersRegistered");
        refused.ShouldContain("bookinfo/gone");
        cluster.Kubelet.ReadyOf(InstalledCluster.Operator).ShouldNotBeEmpty();

        // The operator goes first: nothing waits for it.
        await cluster.Programs.KubectlAsync("-n", InstalledCluster.PlaneNamespace, "delete", "deployment", InstalledCluster.Operator);
        await PowerShellAsync(cluster, 0, "Uninstall-OnboardingPlane -RemoveMembers -Confirm:$false -ErrorAction Stop");
        await Eventually.Is(() => !cluster.Kubelet.Running.Any(), "all pods end");
        string[] left = [];
        try
        {
            await Eventually.Is(
                async () => (left = [.. (await cluster.ObjectsAsync()).Except(before).Where(o => !Kept.Any(k => o.StartsWith(k, StringComparison.Ordinal)))]).Length == 0,
                "nothing is left",
                TimeSpan.FromSeconds(60));
        }
        finally
        {
            left.ShouldBeEmpty();
        }
    }

    private static async Task<string> MemberAsync(InstalledCluster cluster)
    {
        string file = $"{cluster.Values}.member";
        await File.WriteAllTextAsync(file, """
            apiVersion: runtime.onboarding.tetrate.io/v1alpha1
            kind: WorkloadAutoRegistration
            metadata: {name: gone, namespace: bookinfo}
            spec: {identity: {jwt: {issuer: https://id.example, subject: a}}, registration: {agent: {version: v1}, sidecar: {istio: {version: v1}}, host: {addresses: [{ip: 10.0.0.1, type: VPC}]}}}
            """);
        return file;
    }

    private static Task<string> PowerShellAsync(InstalledCluster cluster, int code, string command) => cluster.Programs.RunAsync(
        "pwsh", code, ["-NoProfile", "-NonInteractive", "-Command", $"Import-Module {Path.Combine(Repository.Root, "artifacts", "module", "Onboarding")}; {command}"]);
}
