using Onboarding.Api.Istio;
using Onboarding.Kubernetes.Models;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.E2E.Kubectl;

/// <summary>Less common ways in which people change objects with kubectl.</summary>
public sealed class KubectlChangeTests(KubectlPlane plane) : KubectlCase(plane)
{
    [Fact]
    public async Task Replace_replaces_the_whole_and_with_force_makes_it_anew()
    {
        await ApplyAsync(9080);
        await RunAsync("label", "wg", "ratings", "app=ratings");
        (await RunWithAsync(Manifest(9081), "replace", "-f", "-")).ShouldContain("ratings replaced");
        WorkloadGroup replaced = await GroupAsync();
        replaced.Metadata.Labels.ShouldBeEmpty("the manifest has none");
        replaced.Spec!.Template.Ports["http"].ShouldBe(9081);

        (await RunWithAsync(Manifest(9080), "replace", "--force", "-f", "-")).ShouldContain("ratings replaced");
        (await GroupAsync()).Metadata.Uid.ShouldNotBe(replaced.Metadata.Uid);
    }

    [Fact]
    public async Task Apply_k_applies_what_kustomize_makes()
    {
        using var directory = new TemporaryDirectory();
        await File.WriteAllTextAsync(directory["wg.yaml"], Manifest(9080));
        await File.WriteAllTextAsync(
            directory["kustomization.yaml"], "resources: [wg.yaml]\nlabels: [{pairs: {app: ratings}}]\n");
        (await RunAsync("apply", "-k", directory.Path)).ShouldContain("ratings created");
        (await RunAsync("diff", "-k", directory.Path)).ShouldBe("");
        (await GroupAsync()).Metadata.Labels["app"].ShouldBe("ratings");
        (await RunAsync("delete", "-k", directory.Path, "--dry-run=server")).ShouldContain("(server dry run)");
        await GroupAsync();
    }

    [Fact]
    public async Task Apply_prune_removes_what_is_not_in_the_manifest_any_more()
    {
        string labelled = Manifest(9080).Replace("metadata:\n", "metadata:\n  labels: {app: ratings}\n", StringComparison.Ordinal);
        await RunWithAsync(labelled.Replace("name: ratings", "name: old", StringComparison.Ordinal), "apply", "-f", "-");
        (await RunWithAsync(
            labelled, "apply", "-f", "-", "--prune", "-l", "app=ratings", "--prune-allowlist=networking.istio.io/v1/WorkloadGroup"))
            .ShouldContain("workloadgroup.networking.istio.io/old pruned");
        (await Plane.Client.ListAsync<WorkloadGroup>(Namespace)).Items.ShouldHaveSingleItem().Metadata.Name.ShouldBe("ratings");
    }

    [Fact]
    public async Task Edit_of_the_status_changes_nothing_else()
    {
        await RegistrationAsync("r");
        await ConnectAsync("r");
        await Plane.Kubectl.RunAsync(
            "",
            0,
            ["-n", Namespace, "edit", "war", "r", "--subresource=status"],
            new Dictionary<string, string> { ["KUBE_EDITOR"] = "sed -i s/True/False/" });
        (await RunAsync("get", "war", "r", "-o", "jsonpath={.status.conditions[0].status}/{.metadata.generation}")).ShouldBe("False/1");
    }

    [Fact]
    public async Task Label_and_annotate_take_all_of_a_kind_at_once()
    {
        await ConfigMapsAsync("a", "b");
        await RunAsync("label", "cm", "--all", "tier=back");
        await RunAsync("label", "cm", "--all", "tier=front", "--overwrite");
        await RunAsync("annotate", "cm", "-l", "tier=front", "note=x");
        (await NamesAsync("-l", "tier=front")).ShouldBe(["a", "b", "istio-ca-crl", "istio-ca-root-cert"]);
        (await RunAsync("get", "cm", "-o", "jsonpath={.items[*].metadata.annotations.note}")).ShouldBe("x x x x");
    }

    [Fact]
    public async Task Delete_all_deletes_all_of_a_kind_in_its_namespace()
    {
        await ApplyAsync(9080);
        await ConfigMapsAsync("a", "b");
        string other = await Plane.NamespaceAsync();
        await Plane.Client.CreateAsync(new V1Secret { Metadata = new() { Namespace = other, Name = "s" } });
        await Plane.Client.CreateAsync(new V1Secret { Metadata = new() { Namespace = Namespace, Name = "s" } });
        await RunAsync("delete", "secrets", "--all", "--timeout=60s");
        (await Plane.Client.ListAsync<V1Secret>(Namespace)).Items.ShouldBeEmpty();
        (await Plane.Client.ListAsync<V1Secret>(other)).Items.ShouldHaveSingleItem();
        (await FindAsync("a")).ShouldNotBeNull();
        await GroupAsync();
    }

    [Fact]
    public async Task What_deploy_ships_is_applied_as_it_is()
    {
        string deploy = Path.Combine(Repository.Root, "deploy");
        (await RunAsync("apply", "-f", Path.Combine(deploy, "crds"))).ShouldContain("onboardingpolicies.authorization.onboarding.tetrate.io created");
        (await RunAsync("wait", "--for=condition=Established", "crd", "--all", "--timeout=60s")).ShouldContain("condition met");
        (await Plane.Kubectl.RunAsync(["apply", "-k", Path.Combine(deploy, "rbac")])).ShouldContain("clusterrole.rbac.authorization.k8s.io/onboarding-endpoint created");
        string account = "system:serviceaccount:istio-system:onboarding-endpoint";
        (await RunAsync("auth", "can-i", "watch", "wg", "-A", "--as", account)).ShouldContain("yes");
        (await FailAsync("auth", "can-i", "list", "secrets", "-A", "--as", account)).ShouldContain("no");
    }

    private Task<WorkloadGroup> GroupAsync() => Plane.Client.GetAsync<WorkloadGroup>(Namespace, "ratings");
}
