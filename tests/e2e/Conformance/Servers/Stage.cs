using System.Text.Json.Nodes;
using Onboarding.Api.Istio;
using Onboarding.Kubernetes;
using Onboarding.Kubernetes.Models;
using Shouldly;

namespace Onboarding.Tests.E2E.Conformance.Servers;

/// <summary>A server, and a namespace in which a case is alone.</summary>
public sealed record Stage(ConformanceServer Server, string Namespace)
{
    public ClusterClient Cluster => Server.Cluster;

    public KubernetesClient Client => Server.Client;

    public RawApi Raw => Server.Raw;

    /// <summary>Path of the namespace's resources in a group and version, e.g. <c>api/v1</c>.</summary>
    public string Path(string groupVersion, string resource) => $"/{groupVersion}/namespaces/{Namespace}/{resource}";

    public Task<V1ConfigMap> ConfigMapAsync(string name, params (string Key, string Value)[] data) => Client.CreateAsync(new V1ConfigMap
    {
        Metadata = new() { Namespace = Namespace, Name = name },
        Data = data.ToDictionary(d => d.Key, d => d.Value),
    });

    public Task<WorkloadEntry> EntryAsync(string name, string address = "10.0.0.1") => Client.CreateAsync(new WorkloadEntry
    {
        Metadata = new() { Namespace = Namespace, Name = name },
        Spec = new WorkloadEntrySpec { Address = address },
    });

    public Task<V1ServiceAccount> AccountAsync(string name) =>
        Client.CreateAsync(new V1ServiceAccount { Metadata = new() { Namespace = Namespace, Name = name } });

    public static JsonObject Json(string json) => JsonNode.Parse(json)!.AsObject();

    /// <summary>Expects a refusal.</summary>
    public static async Task<KubernetesException> RefusedAsync(Task call, int code, string reason)
    {
        KubernetesException refusal = await call.ShouldThrowAsync<KubernetesException>();
        ((int)refusal.HttpStatusCode, refusal.Reason).ShouldBe((code, reason), refusal.Message);
        refusal.Status.Status.ShouldBe("Failure");
        return refusal;
    }
}
