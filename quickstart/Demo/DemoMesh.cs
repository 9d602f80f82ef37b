using System.Text.Json.Nodes;
using Onboarding.Api.Authorization;
using Onboarding.Api.Install;
using Onboarding.Api.Istio;
using Onboarding.Api.Meta;
using Onboarding.Api.Reading;
using Onboarding.Kubernetes;
using Onboarding.Kubernetes.Models;
using Onboarding.Quickstart.Processes;

namespace Onboarding.Quickstart.Demo;

/// <summary>What a platform engineer sets up once: a group to join, who may join it, and whose tokens count.</summary>
internal sealed class DemoMesh(KubernetesClient kubernetes)
{
    public const string Namespace = "bookinfo";
    public const string Group = "ratings";
    private static readonly PatchOptions Apply = new() { FieldManager = "quickstart", Force = true };

    public static string Sample(string file) => Executables.InCheckout($"samples/bookinfo/{file}");

    /// <summary>Applies Bookinfo's group and the service account its members will have.</summary>
    public async Task ApplyGroupAsync(CancellationToken cancellationToken)
    {
        await ApplyAsync<V1Namespace>("Namespace", cancellationToken);
        await ApplyAsync<V1ServiceAccount>("ServiceAccount", cancellationToken);
        await ApplyAsync<WorkloadGroup>("WorkloadGroup", cancellationToken);
    }

    /// <summary>Applies the policy that lets the demonstration's workload join.</summary>
    public Task ApplyPolicyAsync(CancellationToken cancellationToken) => ApplyAsync<OnboardingPolicy>("OnboardingPolicy", cancellationToken);

    /// <summary>Tells the plane whose tokens count, and to give a leaving workload less time than production would.</summary>
    public Task TrustAsync(DemoIssuer issuer, CancellationToken cancellationToken) =>
        kubernetes.PatchAsync<OnboardingPlane>(
            OnboardingPlane.DefaultNamespace,
            OnboardingPlane.DefaultName,
            V1Patch.Merge(JsonNode.Parse(
                $$$"""
                {"spec": {"workloads": {
                  "authentication": {"jwt": {"issuers": [{
                    "issuer": "{{{issuer.Url}}}", "shortName": "demo", "jwks": {{{JsonValue.Create(issuer.KeySet).ToJsonString()}}},
                    "tokenFields": {"attributes": {"jsonPath": ".custom_attributes" } } }]}},
                  "deregistration": {"propagationDelay": "2s" } } } }
                """)!),
            cancellationToken: cancellationToken);

    private async Task ApplyAsync<T>(string kind, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<T>
    {
        byte[] manifest = await File.ReadAllBytesAsync(Sample("bookinfo.yaml"), cancellationToken);
        JsonObject json = ResourceReader.ReadManifest(manifest).Value!.Single(o => o["kind"]!.GetValue<string>() == kind);
        await kubernetes.PatchAsync<T>(
            json["metadata"]!["namespace"]?.GetValue<string>(),
            json["metadata"]!["name"]!.GetValue<string>(),
            V1Patch.Apply(json),
            Apply,
            cancellationToken);
    }
}
