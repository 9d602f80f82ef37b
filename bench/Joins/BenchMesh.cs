using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Onboarding.Api.Install;
using Onboarding.Api.Istio;
using Onboarding.Api.Meta;
using Onboarding.Api.Policies;
using Onboarding.Embedded;
using Onboarding.Kubernetes;
using Onboarding.Kubernetes.Models;
using Onboarding.Testing;

namespace Onboarding.Bench.Joins;

/// <summary>The control plane that endpoints of benchmarks have, the group that is joined, and the policy that allows it.</summary>
internal static class BenchMesh
{
    public const string Namespace = "bench";
    public const string Group = "group";

    public static Task<EmbeddedControlPlane> StartControlPlaneAsync(TemporaryDirectory directory) => EmbeddedControlPlane.StartAsync(
        new EmbeddedControlPlaneOptions
        {
            DataDirectory = directory["control-plane"],
            ApiPort = 0,
            IstiodPort = 0,
            LoggerFactory = NullLoggerFactory.Instance,
        },
        CancellationToken.None);

    public static async Task ApplyAsync(KubernetesClient kubernetes, BenchIssuer issuer, string subjectIs = "Host")
    {
        await CreateAsync<V1Namespace>(kubernetes, $$$"""{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "{{{Namespace}}}"}}""");
        await CreateAsync<WorkloadGroup>(
            kubernetes,
            $$$"""
            {"apiVersion": "networking.istio.io/v1", "kind": "WorkloadGroup",
             "metadata": {"name": "{{{Group}}}", "namespace": "{{{Namespace}}}", "labels": {"app": "bench"}},
             "spec": {"metadata": {"labels": {"app": "bench"}}, "template": {"ports": {"http": 8080}, "serviceAccount": "default" } } }
            """);
        await CreateAsync<OnboardingPolicy>(
            kubernetes,
            $$$"""
            {"apiVersion": "authorization.onboarding.tetrate.io/v1alpha1", "kind": "OnboardingPolicy",
             "metadata": {"name": "all", "namespace": "{{{Namespace}}}"},
             "spec": {"allow": [{"workloads": [{"jwt": {"issuer": "{{{BenchIssuer.Url}}}"}}], "onboardTo": [{"workloadGroupSelector": {} }]}]}}
            """);
        await CreateAsync<OnboardingPlane>(
            kubernetes,
            $$$"""
            {"apiVersion": "install.onboarding.tetrate.io/v1alpha1", "kind": "OnboardingPlane",
             "metadata": {"name": "{{{OnboardingPlane.DefaultName}}}", "namespace": "{{{OnboardingPlane.DefaultNamespace}}}"},
             "spec": {"workloads": {"authentication": {"jwt": {"issuers": [
               {"issuer": "{{{BenchIssuer.Url}}}", "shortName": "bench", "subjectIs": "{{{subjectIs}}}", "jwks": {{{JsonValue.Create(issuer.KeySet).ToJsonString()}}} }] } } } } }
            """);
    }

    private static Task<T> CreateAsync<T>(KubernetesClient kubernetes, string json)
        where T : class, IKubernetesObject<T> =>
        kubernetes.CreateAsync(T.FromJson(JsonNode.Parse(json)!.AsObject()));
}
