using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using k8s.Models;
using Onboarding.Api.Install;
using Onboarding.Api.Reading;
using Onboarding.Documents;
using Onboarding.Operator.Install;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.Operator.Install;

/// <summary>
/// What the operator makes of an OnboardingPlane, object by object, is as recorded in <c>Golden</c>. ONBOARDING_UPDATE_GOLDEN=1 writes the
/// files again, to be looked at before they are committed.
/// </summary>
public sealed class DesiredObjectsTests
{
    private static readonly string Folder = Path.Combine(Repository.Root, "tests", "unit", "Operator", "Install", "Golden");

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly Dictionary<string, string> Specs = new()
    {
        ["smallest"] = "{endpoint: {hosts: [join.example.com], secretName: join-tls}}",
        ["everything"] = """
            hub: registry.example/mesh/
            uid: https://join.example.com
            imagePullSecrets: [{name: regcred}]
            endpoint:
              hosts: [join.example.com, 192.0.2.7]
              secretName: join-tls
              certificate: {issuerRef: {name: corp, kind: ClusterIssuer}}
            components:
              instance:
                args: [--trusted-proxies=10.0.0.0/8]
                logLevels: {default: warn, Onboarding.Endpoint: debug}
                metrics: {port: 9464, namespaces: [monitoring, observability]}
                kubeSpec:
                  deployment:
                    annotations: {team: mesh}
                    podAnnotations: {scrape: "true"}
                    nodeSelector: {kubernetes.io/os: linux}
                    priorityClassName: system-cluster-critical
                    resources: {requests: {cpu: "1", memory: 1Gi}, limits: {memory: 1Gi}}
                    affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: kubernetes.io/hostname, labelSelector: {matchLabels: {app.kubernetes.io/instance: onboarding-plane}}}]}}
                    tolerations: [{key: dedicated, operator: Equal, value: mesh, effect: NoSchedule}]
                    env: [{name: HTTPS_PROXY, value: "http://proxy.example:3128"}, {name: ZONE, valueFrom: {fieldRef: {fieldPath: spec.nodeName}}}]
                    hpaSpec:
                      minReplicas: 3
                      maxReplicas: 12
                      metrics: [{type: Resource, resource: {name: memory, target: {type: Utilization, averageUtilization: 70}}}]
                  podDisruptionBudget: {maxUnavailable: 25%}
                  service:
                    type: LoadBalancer
                    annotations: {service.beta.kubernetes.io/aws-load-balancer-scheme: internal}
                    loadBalancerIP: 192.0.2.7
                    loadBalancerSourceRanges: [10.0.0.0/8]
            """,
        ["behind-a-gateway"] = """
            endpoint: {hosts: [join.example.com], secretName: join-tls}
            components:
              instance:
                image: registry.example/endpoint@sha256:0000000000000000000000000000000000000000000000000000000000000000
                networkPolicy: None
                exposure: {type: IstioGateway, gatewaySelector: {istio: vmgateway}}
                kubeSpec: {deployment: {replicaCount: 1}}
            """,
    };

    public static TheoryData<string> Cases => [.. Specs.Keys];

    [Theory]
    [MemberData(nameof(Cases))]
    public void What_is_made_of_a_plane_is_as_recorded(string name)
    {
        string file = Path.Combine(Folder, $"{name}.json");
        string actual = string.Concat(Made(name).Select(o => o.ToJsonString(Indented) + "\n"));
        if (Environment.GetEnvironmentVariable("ONBOARDING_UPDATE_GOLDEN") == "1")
        {
            File.WriteAllText(file, actual);
        }

        File.Exists(file).ShouldBeTrue($"{file} is missing; write it with ONBOARDING_UPDATE_GOLDEN=1");
        actual.ShouldBe(File.ReadAllText(file));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Kubernetes_types_have_each_field_that_is_written(string name)
    {
        foreach (JsonObject made in Made(name))
        {
            List<Problem> problems = [];
            switch (made["kind"]!.ToString())
            {
                case "ConfigMap": KubernetesTypes.Read<V1ConfigMap>(made, "", problems); break;
                case "Deployment": KubernetesTypes.Read<V1Deployment>(made, "", problems); break;
                case "Service": KubernetesTypes.Read<V1Service>(made, "", problems); break;
                case "HorizontalPodAutoscaler": KubernetesTypes.Read<V2HorizontalPodAutoscaler>(made, "", problems); break;
                case "PodDisruptionBudget": KubernetesTypes.Read<V1PodDisruptionBudget>(made, "", problems); break;
                case "NetworkPolicy": KubernetesTypes.Read<V1NetworkPolicy>(made, "", problems); break;
                case "Certificate" or "Gateway" or "VirtualService": break;
                default: problems.Add(new Problem { Message = $"no type for {made["kind"]}" }); break;
            }

            problems.ShouldBeEmpty();
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Everything_is_owned_by_the_plane_and_in_its_namespace(string name)
    {
        foreach (JsonObject made in Made(name))
        {
            made["metadata"]!["namespace"]!.ToString().ShouldBe("istio-system");
            ObjectWriter.IsOwned(made, "uid-1").ShouldBeTrue(made.ToJsonString());
            ObjectWriter.IsOwned(made, "uid-2").ShouldBeFalse();
        }
    }

    [Fact]
    public void Each_right_of_the_installer_is_for_a_name_that_is_made_and_each_object_has_its_rights()
    {
        JsonObject role = ResourceReader.ReadManifest(File.ReadAllBytes(Path.Combine(Repository.Root, "deploy", "rbac", "installer.yaml"))).Value!
            .Single(d => d["kind"]!.ToString() == "Role");
        InstalledObject[] objects = [.. DesiredObjects.Create(Inputs("everything")!)];
        var granted = role["rules"]!.AsArray()
            .Where(r => r!["resources"]![0]!.ToString() != "onboardingplanes/finalizers")
            .SelectMany(r => r!["resources"]!.AsArray().SelectMany(plural => r["resourceNames"]!.AsArray().Select(name =>
                (Key: $"{r["apiGroups"]![0]}/{plural}/{name}", Verbs: r["verbs"]!.AsArray().Select(v => v!.ToString()).ToArray()))))
            .ToDictionary(g => g.Key, g => g.Verbs);

        granted.Keys.ShouldBe(objects.Select(o => $"{o.Kind.Group}/{o.Kind.Plural}/{o.Name}"), ignoreOrder: true);
        granted.Values.ShouldAllBe(verbs => verbs.Except(new[] { "get", "create", "patch", "delete" }).Count() == 0);
    }

    [Theory]
    [InlineData("logLevels: {default: debug}", true)]
    [InlineData("kubeSpec: {service: {annotations: {a: b}}}", false)]
    public void Pods_are_replaced_when_what_they_read_at_their_start_changes(string instance, bool replaced)
    {
        static string Template(string text) => DesiredObjects.Create(Read(text).Inputs!)
            .Single(o => o.Kind == InstalledKind.Deployment).Content!["spec"]!["template"]!.ToJsonString();
        const string Endpoint = "endpoint: {hosts: [join.example.com], secretName: join-tls}\n";

        (Template(Endpoint) != Template($"{Endpoint}components: {{instance: {{{instance}}}}}")).ShouldBe(replaced);
    }

    [Fact]
    public void A_uid_that_was_made_later_replaces_no_pod()
    {
        static JsonNode Template(OnboardingPlane plane) => DesiredObjects.Create(InstallInputs.Read(plane, "1.2.3", "image").Inputs!)
            .Single(o => o.Kind == InstalledKind.Deployment).Content!;
        OnboardingPlane plane = Plane(Specs["smallest"]);

        JsonNode.DeepEquals(Template(plane), Template(plane with { Status = new OnboardingPlaneStatus { Uid = "made" } })).ShouldBeTrue();
    }

    [Fact]
    public void A_bad_plane_makes_nothing_and_each_problem_has_its_path()
    {
        (InstallInputs? inputs, IReadOnlyList<Problem> problems) = Read("""
            components:
              instance:
                args: [--port=1, --trust-anchors=/anchors]
                kubeSpec:
                  deployment:
                    resources: {requests: {cpu: [1]}}
                    tolerations: [{key: dedicated, effects: NoSchedule}]
                    affinity: {nodeAffinities: {}, podAffinity: 3}
            """);

        inputs.ShouldBeNull();
        problems.Where(p => p.Severity == ProblemSeverity.Error).Select(p => p.Path).ShouldBe(
        [
            "spec.endpoint",
            "spec.components.instance.args[0]",
            "spec.components.instance.kubeSpec.deployment.resources",
            "spec.components.instance.kubeSpec.deployment.tolerations[0].effects",
            "spec.components.instance.kubeSpec.deployment.affinity",
        ], ignoreOrder: true);
    }

    [Fact]
    public void What_only_the_reader_of_the_kind_finds_is_a_problem_too()
    {
        (InstallInputs? inputs, IReadOnlyList<Problem> problems) = Read("""
            endpoint: {hosts: [join.example.com], secretName: join-tls}
            gracePeriod: soon
            components: {instance: {logLevels: {default: loud}, kubeSpec: {deployment: {hpaSpec: {minReplicas: 5, maxReplicas: 2}}}}}
            """);

        inputs.ShouldBeNull();
        problems.Select(p => p.Path).ShouldBe(
            ["spec.gracePeriod", "spec.components.instance.logLevels", "spec.components.instance.kubeSpec.deployment.hpaSpec.maxReplicas"], ignoreOrder: true);
        InstallConditions.OfPlane(problems).ShouldSatisfyAllConditions(
            c => c.Status.ShouldBe("False"),
            c => problems.ShouldAllBe(p => c.Message!.Contains(p.Path)));
    }

    [Fact]
    public void Settings_of_other_planes_are_warnings()
    {
        (InstallInputs? inputs, IReadOnlyList<Problem> problems) = Read("""
            endpoint: {hosts: [join.example.com], secretName: join-tls}
            components: {repository: {}, instance: {kubeSpec: {overlays: [], deployment: {rollingUpdate: {}}}}}
            """);

        inputs.ShouldNotBeNull();
        problems.ShouldAllBe(p => p.Severity == ProblemSeverity.Warning);
        problems.Count.ShouldBe(3);
    }

    private static JsonObject[] Made(string name) => [.. DesiredObjects.Create(Inputs(name)!).Select(o => o.Content).OfType<JsonObject>()];

    private static InstallInputs? Inputs(string name) => Read(Specs[name]).Inputs;

    private static (InstallInputs? Inputs, IReadOnlyList<Problem> Problems) Read(string spec) =>
        InstallInputs.Read(Plane(spec), "1.2.3", "registry.example/onboarding-endpoint:1.2.3");

    // As the API server sends it: problems are in the object.
    private static OnboardingPlane Plane(string spec) => OnboardingPlane.FromJson(new JsonObject
    {
        ["apiVersion"] = "install.onboarding.tetrate.io/v1alpha1",
        ["kind"] = "OnboardingPlane",
        ["metadata"] = new JsonObject { ["name"] = "onboarding-plane", ["namespace"] = "istio-system", ["uid"] = "uid-1", ["generation"] = 3 },
        ["spec"] = ResourceReader.ReadObject(Encoding.UTF8.GetBytes(spec)).Value,
    });
}
