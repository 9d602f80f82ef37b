using System.Text.Json.Nodes;
using k8s.Models;
using Onboarding.Api.Reading;
using Onboarding.Fleet.Installation;
using Onboarding.Operator.Install;
using Onboarding.Testing;
using Onboarding.Tests.Install.Server;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Install;

/// <summary>The chart and the Kustomization, rendered by the real programs.</summary>
public sealed class RenderingTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly ClusterProgram _programs;

    public RenderingTests()
    {
        Capability.Kubectl.Require();
        _programs = new ClusterProgram("/dev/null", _directory.Path);
    }

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Chart_and_kustomization_render_the_same_objects()
    {
        SortedDictionary<string, JsonObject> chart = ShippedManifests.Read(await TemplateAsync("--include-crds", "--no-hooks"));
        SortedDictionary<string, JsonObject> kustomization = ShippedManifests.Read(await _programs.KubectlAsync("kustomize", ShippedManifests.Kustomization));

        chart.Keys.ShouldBe(kustomization.Keys);
        foreach ((string key, JsonObject one) in chart)
        {
            JsonNode.DeepEquals(one, kustomization[key]).ShouldBeTrue($"{key}\n{one}\n{kustomization[key]}");
        }
    }

    [Fact]
    public async Task The_module_installs_what_the_chart_renders()
    {
        SortedDictionary<string, JsonObject> chart = ShippedManifests.Read(await TemplateAsync(
            "--include-crds", "--no-hooks", "--set", "hub=registry.example/mesh,tag=v7,onboardedNamespaces[0].name=bookinfo,onboardedNamespaces[0].serviceAccounts={bookinfo-ratings,cart}"));
        var module = ShippedObjects.Create(new InstallOptions
        {
            Hub = "registry.example/mesh",
            Tag = "v7",
            OnboardedNamespaces = new Dictionary<string, IReadOnlyList<string>> { ["bookinfo"] = ["bookinfo-ratings", "cart"] },
        }).ToDictionary(o => o.ToString(), o => o.Content!);

        module.Keys.Order(StringComparer.Ordinal).ShouldBe(chart.Keys);
        foreach ((string key, JsonObject one) in chart)
        {
            JsonNode.DeepEquals(one, module[key]).ShouldBeTrue($"{key}\n{one}\n{module[key]}");
        }
    }

    [Fact]
    public async Task The_chart_gives_a_namespace_what_rbac_render_prints_for_it()
    {
        SortedDictionary<string, JsonObject> chart = ShippedManifests.Read(await TemplateAsync(
            "--set", "onboardedNamespaces[0].name=bookinfo,onboardedNamespaces[0].serviceAccounts={bookinfo-ratings,cart}"));
        SortedDictionary<string, JsonObject> rendered = ShippedManifests.Read(
            Onboarding.Operator.Roles.OnboardedNamespace.Render("bookinfo", ["bookinfo-ratings", "cart"], "istio-system"));

        rendered.Count.ShouldBe(4);
        foreach ((string key, JsonObject one) in rendered)
        {
            JsonNode.DeepEquals(one, chart[key]).ShouldBeTrue($"{key}\n{one}\n{chart[key]}");
        }
    }

    [Fact]
    public async Task Another_namespace_is_everywhere()
    {
        string text = await _programs.HelmAsync(
            "template", "onboarding", ShippedManifests.Chart, "--namespace", "mesh", "--set", "plane.endpoint.hosts={a.example.com},plane.endpoint.secretName=s");

        text.ShouldNotContain("istio-system");
        ShippedManifests.Read(text).Values.Where(o => o["metadata"]!["namespace"] is { } ns && ns.ToString() != "mesh").ShouldBeEmpty();
    }

    [Fact]
    public async Task A_port_with_metrics_is_there_once_it_is_asked_for()
    {
        JsonNode without = (await OperatorAsync())["spec"]!["template"]!;
        JsonNode with = (await OperatorAsync("--set", "operator.metricsPort=9464"))["spec"]!["template"]!;

        without.ToJsonString().ShouldNotContain("metrics");
        with["metadata"]!["annotations"]!["prometheus.io/port"]!.ToString().ShouldBe("9464");
        JsonNode container = with["spec"]!["containers"]![0]!;
        container["args"]!.AsArray().Select(a => a!.ToString()).ShouldContain("--management-port=9464");
        container["ports"]!.AsArray().Select(p => p!["containerPort"]!.ToString()).ShouldBe(["8081", "9464"]);
    }

    [Fact]
    public async Task The_chart_passes_its_strict_lint() => await _programs.HelmAsync("lint", "--strict", ShippedManifests.Chart);

    [Theory]
    [InlineData("operators.replicas=2", "operators")]
    [InlineData("operator.replicas=0", "replicas")]
    [InlineData("hub=registry.example/", "hub")]
    [InlineData("onboardedNamespaces[0].name=Bookinfo", "name")]
    [InlineData("plane.endpoint.secretName=x", "hosts")]
    [InlineData("operator.logLevels.default=loud", "default")]
    [InlineData("operator.metricsPort=70000", "metricsPort")]
    public async Task A_value_that_means_nothing_is_refused(string value, string named)
    {
        string said = await _programs.RunAsync("helm", 1, ["template", "onboarding", ShippedManifests.Chart, "--set", value]);

        said.ShouldContain(named);
    }

    [Fact]
    public async Task Kubernetes_types_have_each_field_that_is_rendered()
    {
        string values = _directory["values.yaml"];
        await File.WriteAllTextAsync(values, """
            hub: registry.example/mesh
            imagePullSecrets: [{name: regcred}]
            operator:
              metricsPort: 9464
              nodeSelector: {kubernetes.io/os: linux}
              tolerations: [{key: dedicated, operator: Exists}]
              affinity: {podAntiAffinity: {}}
              podAnnotations: {scrape: "true"}
              logLevels: {default: warn}
            onboardedNamespaces: [{name: bookinfo, serviceAccounts: [a]}]
            """);
        List<Problem> problems = [];
        foreach ((string key, JsonObject made) in ShippedManifests.Read(await TemplateAsync("--include-crds", "--values", values)))
        {
            object? read = made["kind"]!.ToString() switch
            {
                "Deployment" => KubernetesTypes.Read<V1Deployment>(made, key, problems),
                "Job" => KubernetesTypes.Read<V1Job>(made, key, problems),
                "Pod" => KubernetesTypes.Read<V1Pod>(made, key, problems),
                "Secret" => KubernetesTypes.Read<V1Secret>(made, key, problems),
                "ServiceAccount" => KubernetesTypes.Read<V1ServiceAccount>(made, key, problems),
                "Role" => KubernetesTypes.Read<V1Role>(made, key, problems),
                "ClusterRole" => KubernetesTypes.Read<V1ClusterRole>(made, key, problems),
                "RoleBinding" => KubernetesTypes.Read<V1RoleBinding>(made, key, problems),
                "ClusterRoleBinding" => KubernetesTypes.Read<V1ClusterRoleBinding>(made, key, problems),
                "CustomResourceDefinition" => KubernetesTypes.Read<V1CustomResourceDefinition>(made, key, problems),
                var other => throw new InvalidOperationException($"no type for {other}"),
            };
            (read is not null || problems.Count > 0).ShouldBeTrue(key);
        }

        problems.ShouldBeEmpty();
    }

    [Fact]
    public async Task No_role_has_a_wildcard_or_could_be_used_to_get_more()
    {
        foreach (JsonNode? rule in ShippedManifests.Read(await TemplateAsync("--set", "onboardedNamespaces[0].name=b,onboardedNamespaces[0].serviceAccounts={a}")).Values
            .Where(o => o["kind"]!.ToString().EndsWith("Role", StringComparison.Ordinal))
            .SelectMany(o => o["rules"]!.AsArray()))
        {
            string text = rule!.ToJsonString();
            text.ShouldNotContain("*");
            rule["verbs"]!.AsArray().Select(v => v!.ToString()).Intersect(["escalate", "bind", "impersonate"]).ShouldBeEmpty(text);
            rule["apiGroups"]!.AsArray().Select(g => g!.ToString()).ShouldNotContain("rbac.authorization.k8s.io", "the operator writes no role");
        }
    }

    private Task<string> TemplateAsync(params string[] more) => _programs.HelmAsync(["template", "onboarding", ShippedManifests.Chart, "--namespace", "istio-system", .. more]);

    private async Task<JsonObject> OperatorAsync(params string[] more) =>
        ShippedManifests.Read(await TemplateAsync(more)).Values.Single(o => o["kind"]!.ToString() == "Deployment" && o["metadata"]!["name"]!.ToString() == "onboarding-operator");
}
