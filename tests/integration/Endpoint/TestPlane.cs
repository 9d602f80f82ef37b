using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Grpc.Net.Client;
using Microsoft.Extensions.DependencyInjection;
using Onboarding.Api.Install;
using Onboarding.Api.Istio;
using Onboarding.Api.Meta;
using Onboarding.Api.Policies;
using Onboarding.Endpoint.Hosting;
using Onboarding.Kubernetes;
using Onboarding.Kubernetes.Models;
using Onboarding.Lab.Hosting;
using Onboarding.Plane.Settings;
using Onboarding.Testing;

namespace Onboarding.Tests.Integration.Endpoint;

/// <summary>The real endpoint on loopback with an embedded control plane, a WorkloadGroup, a policy and an issuer.</summary>
public sealed class TestPlane : IAsyncDisposable
{
    public const string Uid = "test-plane";
    public const string Namespace = "bookinfo";
    public const string Group = "ratings";

    private readonly TemporaryDirectory _directory = new();
    private Func<EndpointOptions, EndpointOptions> _options = o => o;

    private TestPlane(TimeProvider? time) => Time = time ?? TimeProvider.System;

    public TestLog Log { get; } = new();

    public TestIssuer Issuer { get; } = new();

    public TimeProvider Time { get; }

    public OnboardingLab Lab { get; private set; } = null!;

    public EndpointServer Endpoint => Lab.Endpoint;

    /// <summary>Parts of its operator.</summary>
    internal IServiceProvider Operator => Lab.Operator.Services;

    public string KubeconfigPath => Lab.KubeconfigPath;

    public string CertificateAuthorityPath => Lab.CertificateAuthorityPath!;

    public KubernetesClient Client { get; private set; } = null!;

    public GrpcChannel Channel { get; private set; } = null!;

    private string PropagationDelay { get; init; } = "0s";

    public string AuditLog => _directory["audit.jsonl"];

    public static async Task<TestPlane> StartAsync(
        JsonObject? planeSpec = null, bool withPolicy = true, TimeProvider? time = null, Func<EndpointOptions, EndpointOptions>? options = null, string propagationDelay = "0s")
    {
        var plane = new TestPlane(time) { _options = options ?? (o => o), PropagationDelay = propagationDelay };
        await plane.StartEndpointAsync();
        plane.Client = new KubernetesClient(KubernetesClientConfiguration.BuildConfigFromConfigFile(plane.KubeconfigPath));
        await plane.PrepareAsync(planeSpec ?? [], withPolicy);
        return plane;
    }

    /// <summary>Stops the endpoint and its control plane, and starts both again on the same data.</summary>
    public async Task RestartAsync()
    {
        await StopEndpointAsync();
        await StartEndpointAsync();
        Client = new KubernetesClient(KubernetesClientConfiguration.BuildConfigFromConfigFile(KubeconfigPath));
    }

    public TestAgent Agent(string subject = "host-1", TestAgentKey? key = null, GrpcChannel? through = null, DateTimeOffset? now = null) =>
        new(this, subject, key, through) { Now = now ?? Time.GetUtcNow() };

    /// <summary>A channel that trusts one authority.</summary>
    public static GrpcChannel ChannelTo(Uri address, X509Certificate2 authority)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.Add(X509CertificateLoader.LoadCertificate(authority.RawData));
        return GrpcChannel.ForAddress(address, new GrpcChannelOptions
        {
            HttpHandler = new SocketsHttpHandler { EnableMultipleHttp2Connections = true, SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = policy } },
        });
    }

    public async Task ConfigureAsync(JsonObject spec)
    {
        spec["uid"] ??= Uid;
        spec["workloads"] ??= new JsonObject
        {
            ["authentication"] = new JsonObject
            {
                ["jwt"] = new JsonObject
                {
                    ["issuers"] = new JsonArray(new JsonObject
                    {
                        ["issuer"] = Issuer.Name,
                        ["shortName"] = "corp",
                        ["jwks"] = Issuer.Jwks,
                        ["tokenFields"] = new JsonObject { ["attributes"] = new JsonObject { ["jsonPath"] = ".custom_attributes" } },
                    }),
                },
            },
        };
        // No mesh follows its entries, unless a test says so.
        spec["workloads"]!["deregistration"] ??= new JsonObject { ["propagationDelay"] = PropagationDelay };
        await Client.PatchAsync<OnboardingPlane>(
            "istio-system", OnboardingPlane.DefaultName, V1Patch.Merge(new JsonObject { ["spec"] = spec }));
    }

    /// <summary>Pauses the rollout, or lets it go on, and waits until every instance knows: what is changed next comes by another way, and may be faster.</summary>
    public async Task PauseRolloutAsync(bool isPaused, params IServiceProvider[] replicas)
    {
        await ConfigureAsync(new JsonObject { ["rollout"] = new JsonObject { ["paused"] = isPaused } });
        await Eventually.Is(
            () => replicas.Append(Endpoint.Services).Append(Operator).All(s => s.GetRequiredService<PlaneConfiguration>().Current?.Spec.Rollout.Paused == isPaused),
            $"rollout.paused is {isPaused}");
    }

    public Task<OnboardingPolicy> CreatePolicyAsync(string role = "ratings", string app = "ratings", string name = "joiners") =>
        Client.CreateAsync(OnboardingPolicy.FromJson((JsonObject)JsonNode.Parse($$$"""
            {"metadata": {"name": "{{{name}}}", "namespace": "bookinfo"},
             "spec": {"allow": [{
               "workloads": [{"jwt": {"issuer": "{{{Issuer.Name}}}", "attributes": [{"name": "role", "values": ["{{{role}}}"]}] } }],
               "onboardTo": [{"workloadGroupSelector": {"matchLabels": {"app": "{{{app}}}"} } }]}] } }
            """)!));

    public async ValueTask DisposeAsync()
    {
        await StopEndpointAsync();
        Issuer.Dispose();
        _directory.Dispose();
        Log.Dispose();
    }

    private async Task StartEndpointAsync()
    {
        Lab = await OnboardingLab.StartAsync(new LabOptions
        {
            DataDirectory = _directory.Path,
            ApiPort = 0,
            IstiodPort = 0,
            Endpoint = _options(new EndpointOptions
            {
                Port = 0,
                Listen = IPAddress.Loopback,
                Instance = "plane-a",
                AuditLog = AuditLog,
                DrainTime = TimeSpan.FromSeconds(1),
                CallClock = new FakeTimeProvider(),
                TimeProvider = Time,
                LoggerFactory = Log,
            }),
        });
        await Endpoint.Ready.WaitAsync(Eventually.Patience);
        using X509Certificate2 authority = X509CertificateLoader.LoadCertificateFromFile(CertificateAuthorityPath);
        Channel = ChannelTo(Endpoint.Address, authority);
    }

    private async Task StopEndpointAsync()
    {
        Channel.Dispose();
        Client.Dispose();
        await Lab.DisposeAsync();
    }

    private async Task PrepareAsync(JsonObject planeSpec, bool withPolicy)
    {
        await Client.CreateAsync(new V1Namespace { Metadata = new V1ObjectMeta { Name = Namespace } });
        if (await Client.TryGetAsync<V1ConfigMap>(Namespace, "istio-ca-root-cert") is null)
        {
            using var authority = new TestCertificates();
            await Client.PatchAsync<V1ConfigMap>(
                Namespace,
                "istio-ca-root-cert",
                V1Patch.Apply(new V1ConfigMap
                {
                    Metadata = new V1ObjectMeta { Name = "istio-ca-root-cert", Namespace = Namespace },
                    Data = new Dictionary<string, string> { ["root-cert.pem"] = authority.AuthorityPem },
                }.ToJson()),
                new PatchOptions { FieldManager = "test", Force = true });
        }

        await Client.CreateAsync(WorkloadGroup.FromJson((JsonObject)JsonNode.Parse("""
            {"metadata": {"name": "ratings", "namespace": "bookinfo", "labels": {"app": "ratings"}},
             "spec": {"metadata": {"labels": {"app": "ratings", "version": "v1"}},
                      "template": {"serviceAccount": "default", "ports": {"http": 9080}}}}
            """)!));
        if (withPolicy)
        {
            await CreatePolicyAsync();
        }

        await ConfigureAsync(planeSpec);
        await Eventually.Is(
            async () => (await Agent().GetPlaneAsync()) is { Uid: Uid, CredentialTypes.Count: > 0 }, "the plane takes its configuration");
    }
}
