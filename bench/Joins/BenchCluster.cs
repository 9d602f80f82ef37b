using System.Text.Json.Nodes;
using Onboarding.Api.Install;
using Onboarding.Api.Istio;
using Onboarding.Api.Meta;
using Onboarding.Api.Policies;
using Onboarding.Api.Runtime;
using Onboarding.Documents;
using Onboarding.Embedded;
using Onboarding.Kubernetes;
using Onboarding.Kubernetes.Models;
using Onboarding.Testing;

namespace Onboarding.Bench.Joins;

/// <summary>An API server with what a mesh has, the group that is joined, and the policy that allows it.</summary>
internal sealed class BenchCluster : IAsyncDisposable
{
    private readonly IAsyncDisposable _server;

    private BenchCluster(string name, IAsyncDisposable server, string kubeconfig)
    {
        (Name, _server, KubeconfigPath) = (name, server, kubeconfig);
        Client = new KubernetesClient(KubernetesClientConfiguration.BuildConfigFromConfigFile(kubeconfig));
    }

    /// <summary>What it is called in results.</summary>
    public string Name { get; }

    /// <summary>How an endpoint reaches it.</summary>
    public string KubeconfigPath { get; }

    /// <summary>Processor time of its processes, where it has any.</summary>
    public TimeSpan ProcessorTime => (_server as KubernetesProcesses)?.ProcessorTime ?? TimeSpan.Zero;

    /// <summary>An administrator's client of it.</summary>
    public KubernetesClient Client { get; }

    /// <summary>The embedded control plane, in this process.</summary>
    public static async Task<BenchCluster> StartEmbeddedAsync(TemporaryDirectory directory, BenchIssuer issuer)
    {
        EmbeddedControlPlane control = await BenchMesh.StartControlPlaneAsync(directory);
        var cluster = new BenchCluster("embedded", control, control.KubeconfigPath);
        await BenchMesh.ApplyAsync(cluster.Client, issuer);
        return cluster;
    }

    /// <summary>A real API server with its etcd, each a process of its own; see <see cref="KubernetesBinaries"/>.</summary>
    public static async Task<BenchCluster> StartRealAsync(TemporaryDirectory directory, BenchIssuer issuer)
    {
        KubernetesProcesses processes = await KubernetesProcesses.StartAsync(durable: true);
        string kubeconfig = directory["real.kubeconfig"];
        await WriteKubeconfigAsync(kubeconfig, directory["real-ca.pem"], processes.Administrator);
        var cluster = new BenchCluster($"kube-apiserver {KubernetesBinaries.Version} + etcd", processes, kubeconfig);
        await DefineAsync(cluster.Client);
        await CreateAsync<V1Namespace>(cluster.Client, new JsonObject { ["metadata"] = new JsonObject { ["name"] = OnboardingPlane.DefaultNamespace } });
        await BenchMesh.ApplyAsync(cluster.Client, issuer);
        await SeedAsync(cluster.Client);
        return cluster;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _server.DisposeAsync();
    }

    private static async Task WriteKubeconfigAsync(string path, string authority, KubernetesClientConfiguration server)
    {
        await File.WriteAllTextAsync(authority, server.CertificateAuthorities![0].ExportCertificatePem());
        await File.WriteAllTextAsync(
            path,
            $$$"""
            apiVersion: v1
            kind: Config
            clusters: [{name: real, cluster: {server: "{{{server.Host}}}", certificate-authority: "{{{authority}}}"}}]
            users: [{name: admin, user: {token: "{{{server.AccessToken}}}"}}]
            contexts: [{name: real, context: {cluster: real, user: admin}}]
            current-context: real
            """);
    }

    private static async Task DefineAsync(KubernetesClient client)
    {
        string[] folders = [Path.Combine(Repository.Root, "deploy", "crds"), Path.Combine(Repository.Root, "embedded", "Definitions")];
        foreach (string file in folders.SelectMany(f => Directory.EnumerateFiles(f, "*.yaml")))
        {
            await client.CreateAsync(Definition.FromJson(ResourceReader.ReadManifest(await File.ReadAllBytesAsync(file)).Value!.Single()));
        }

        await ServedAsync<OnboardingPlane>(client);
        await ServedAsync<OnboardingPolicy>(client);
        await ServedAsync<WorkloadGroup>(client);
        await ServedAsync<WorkloadEntry>(client);
        await ServedAsync<WorkloadAutoRegistration>(client);
        await ServedAsync<WorkloadKeyBinding>(client);
    }

    /// <summary>What Istio's own controllers, and those of Kubernetes, would have made; neither runs here.</summary>
    private static async Task SeedAsync(KubernetesClient client)
    {
        const string System = OnboardingPlane.DefaultNamespace;
        await CreateAsync<V1ConfigMap>(client, Map(System, "istio", "mesh", "trustDomain: cluster.local\n"));
        await CreateAsync<V1ConfigMap>(client, Map(System, "istio-sidecar-injector", "values", """{"global":{"multiCluster":{"clusterName":"Kubernetes"}}}"""));
        using var authority = new TestCertificates("mesh CA");
        await CreateAsync<V1ConfigMap>(client, Map(BenchMesh.Namespace, "istio-ca-root-cert", "root-cert.pem", authority.AuthorityPem));
        await CreateAsync<V1ServiceAccount>(client, Named(BenchMesh.Namespace, "default"));
        await CreateAsync<V1Secret>(client, Named(System, "onboarding-token-keys"));
        JsonObject gateway = Named(System, "istio-eastwestgateway");
        gateway["spec"] = JsonNode.Parse("""{"type": "LoadBalancer", "ports": [{"name": "tls-istiod", "port": 15012}, {"name": "tls", "port": 15443}]}""");
        V1Service created = await CreateAsync<V1Service>(client, gateway);
        await client.PatchAsync<V1Service>(
            System,
            created.Metadata.Name,
            V1Patch.Merge(JsonNode.Parse("""{"status": {"loadBalancer": {"ingress": [{"ip": "127.0.0.1"}]}}}""")!.AsObject()),
            new PatchOptions { Subresource = "status" });
    }

    private static JsonObject Named(string ns, string name) => new() { ["metadata"] = new JsonObject { ["namespace"] = ns, ["name"] = name } };

    private static JsonObject Map(string ns, string name, string key, string text)
    {
        JsonObject map = Named(ns, name);
        map["data"] = new JsonObject { [key] = text };
        return map;
    }

    private static async Task<T> CreateAsync<T>(KubernetesClient client, JsonObject json)
        where T : class, IKubernetesObject<T>
    {
        try
        {
            return await client.CreateAsync(T.FromJson(json));
        }
        catch (KubernetesException e) when (e.IsAlreadyExists)
        {
            JsonObject metadata = json["metadata"]!.AsObject();
            return await client.GetAsync<T>(metadata["namespace"]?.ToString(), metadata["name"]!.ToString());
        }
    }

    private static Task ServedAsync<T>(KubernetesClient client)
        where T : class, IKubernetesObject<T> => Eventually.Is(
            async () =>
            {
                try
                {
                    await client.ListAsync<T>(null);
                    return true;
                }
                catch (KubernetesException e) when (e.IsNotFound)
                {
                    return false;
                }
            },
            $"{T.Definition.Plural} are served");
}
