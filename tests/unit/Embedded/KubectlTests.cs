using System.Diagnostics;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.Embedded;

public sealed class KubectlTests(ControlPlaneFixture fixture) : IClassFixture<ControlPlaneFixture>
{
    private Kubectl Kubectl => fixture.Kubectl;

    [KubectlFact]
    public async Task Apply_creates_changes_and_leaves_alone()
    {
        string space = await fixture.NamespaceAsync();
        (await ApplyAsync(space, 9080)).ShouldContain("workloadgroup.networking.istio.io/ratings created");
        (await ApplyAsync(space, 9080)).ShouldContain("unchanged");
        (await Kubectl.FailAsync(Manifest(space, 9081), "diff", "-f", "-")).ShouldContain("+      http: 9081");
        (await ApplyAsync(space, 9081)).ShouldContain("configured");
        (await Kubectl.RunAsync("get", "wg", "ratings", "-n", space, "-o", "jsonpath={.spec.template.ports.http}")).ShouldBe("9081");
    }

    [KubectlFact]
    public async Task Server_side_apply_reports_conflicts()
    {
        string space = await fixture.NamespaceAsync();
        await ApplyAsync(space, 9080);
        string[] apply = ["apply", "--server-side", "--field-manager", "other", "-f", "-"];
        (await Kubectl.FailAsync(Manifest(space, 9081), apply)).ShouldContain("conflict with \"kubectl-client-side-apply\"");
        (await Kubectl.RunAsync(Manifest(space, 9081), 0, [.. apply, "--force-conflicts"])).ShouldContain("serverside-applied");
    }

    [KubectlFact]
    public async Task Objects_are_shown_in_tables_yaml_and_words()
    {
        string space = await fixture.NamespaceAsync();
        await ApplyAsync(space, 9080);
        await Kubectl.RunAsync("label", "wg", "ratings", "-n", space, "tier=back");
        (await Kubectl.RunAsync("get", "wg", "-A", "-l", "tier=back")).ShouldContain("ratings");
        (await Kubectl.RunAsync("get", "workloadgroups,war", "-n", space, "-o", "yaml")).ShouldContain("name: ratings");
        (await Kubectl.RunAsync("get", "wg", "-n", space, "--field-selector", "metadata.name=ratings")).ShouldContain("NAME      AGE");
        (await Kubectl.RunAsync("describe", "wg", "ratings", "-n", space)).ShouldContain("Http:           9080");
        (await Kubectl.RunAsync("api-resources")).ShouldMatch("workloadautoregistrations +war ");
        (await Kubectl.RunAsync("explain", "workloadgroup.spec.template.ports")).ShouldContain("Ports of the endpoint by name.");
    }

    [KubectlFact]
    public async Task Objects_are_patched_annotated_edited_and_deleted()
    {
        string space = await fixture.NamespaceAsync();
        await Kubectl.RunAsync("create", "configmap", "m", "-n", space, "--from-literal=a=1");
        await Kubectl.RunAsync("patch", "cm", "m", "-n", space, "-p", """{"data":{"b":"2"}}""");
        await Kubectl.RunAsync("patch", "cm", "m", "-n", space, "--type=merge", "-p", """{"data":{"c":"three"}}""");
        await Kubectl.RunAsync("patch", "cm", "m", "-n", space, "--type=json", "-p", """[{"op":"remove","path":"/data/a"}]""");
        await Kubectl.RunAsync("annotate", "cm", "m", "-n", space, "note=x");
        await Kubectl.RunAsync(
            "", 0, ["edit", "cm", "m", "-n", space], new Dictionary<string, string> { ["KUBE_EDITOR"] = "sed -i s/three/four/" });
        (await Kubectl.RunAsync("get", "cm", "m", "-n", space, "-o", "jsonpath={.data}{.metadata.annotations.note}"))
            .ShouldBe("""{"b":"2","c":"four"}x""");
        await Kubectl.RunAsync("delete", "cm", "m", "-n", space, "--wait", "--timeout=20s");
        await Kubectl.RunAsync("delete", "ns", space, "--timeout=20s");
    }

    [KubectlFact]
    public async Task Waiting_and_watching_see_changes()
    {
        string space = await fixture.NamespaceAsync();
        string path = $"/apis/runtime.onboarding.tetrate.io/v1alpha1/namespaces/{space}/workloadautoregistrations";
        (await fixture.Client.PostAsync(path, """{"metadata":{"name":"r"},"spec":{"identity":{},"registration":{}}}""")).Expect(201);
        using Process watch = Kubectl.Start(["get", "war", "-n", space, "-w"]);
        (await watch.StandardOutput.ReadLineAsync())!.ShouldContain("AGENT CONNECTED");
        Task<string> wait = Kubectl.RunAsync("wait", "war/r", "-n", space, "--for=condition=AgentConnected", "--timeout=30s");
        await fixture.Client.MergeAsync($"{path}/r/status", """{"status":{"conditions":[{"type":"AgentConnected","status":"True"}]}}""");
        (await wait).ShouldContain("condition met");
        string? line = await watch.StandardOutput.ReadLineAsync();
        while (line is not null && !line.Contains("True", StringComparison.Ordinal))
        {
            line = await watch.StandardOutput.ReadLineAsync();
        }

        watch.Kill();
        line.ShouldNotBeNull();
    }

    [KubectlFact]
    public async Task Rights_and_tokens_are_answered()
    {
        string space = await fixture.NamespaceAsync();
        (await Kubectl.RunAsync("auth", "can-i", "create", "wg", "-n", space)).ShouldContain("yes");
        (await Kubectl.FailAsync("", "auth", "can-i", "create", "wg", "-n", space, "--as", "somebody")).ShouldContain("no");
        (await Kubectl.RunAsync("create", "token", "default", "-n", space, "--audience", "x", "--duration", "20m")).Split('.').Length.ShouldBe(3);
        (await Kubectl.RunAsync("get", "events", "-n", space)).ShouldContain("No resources found");
    }

    [KubectlFact]
    public async Task Bad_manifests_are_refused()
    {
        string space = await fixture.NamespaceAsync();
        (await Kubectl.FailAsync(Manifest(space, 0), "apply", "-f", "-")).ShouldContain("port must be between 1-65535");
        string unknown = Manifest(space, 80).Replace("serviceAccount", "serviceAcount", StringComparison.Ordinal);
        (await Kubectl.FailAsync(unknown, "apply", "-f", "-")).ShouldContain("unknown field \"spec.template.serviceAcount\"");
    }

    private static string Manifest(string space, int port) => $$"""
        apiVersion: networking.istio.io/v1alpha3
        kind: WorkloadGroup
        metadata:
          name: ratings
          namespace: {{space}}
        spec:
          template:
            serviceAccount: default
            ports:
              http: {{port}}
        """;

    private Task<string> ApplyAsync(string space, int port) => Kubectl.RunAsync(Manifest(space, port), 0, ["apply", "-f", "-"]);
}
