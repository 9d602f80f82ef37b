using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Onboarding.Api.Install;
using Onboarding.Api.Policies;
using Onboarding.Client.Native;
using Onboarding.Embedded;
using Onboarding.Endpoint.Hosting;
using Onboarding.Kubernetes;
using Onboarding.Laptop.Planes;
using Onboarding.Laptop.Processes;
using Onboarding.Operator.Hosting;
using Onboarding.Quickstart.Demo;
using Onboarding.Quickstart.Processes;
using Onboarding.Testing;
using Onboarding.Tests.E2E.Conformance.Servers;

namespace Onboarding.Tests.E2E.Infrastructure;

/// <summary>
/// A cluster, and an endpoint and an operator that are no one special in it: each has its service account's token, and may do what the roles
/// of <c>deploy/rbac</c> let it.
/// </summary>
internal sealed class RestrictedPlane : IAsyncDisposable
{
    public const string EndpointAccount = "onboarding-endpoint";
    public const string OperatorAccount = "onboarding-operator";

    private readonly TestCertificates _certificates = new("endpoint CA");
    private readonly TemporaryDirectory _directory = new();
    private readonly Workspace _workspace = new();
    private readonly ConcurrentQueue<string> _agentLog = new();
    private EmbeddedControlPlane _cluster = null!;
    private KubernetesClientConfiguration _administrator = null!;
    private RawApi _raw = null!;
    private DemoIssuer _issuer = null!;
    private EndpointServer? _endpoint;
    private OnboardingOperator? _operator;
    private CountingProxy? _endpointProxy;
    private CountingProxy? _operatorProxy;

    public TestLog Log { get; } = new();

    public KubernetesClient Client { get; private set; } = null!;

    public EndpointServer Endpoint => _endpoint!;

    public ChildProcess? Agent { get; private set; }

    /// <summary>What the endpoint asked the cluster for.</summary>
    public IReadOnlyCollection<ApiCall> EndpointCalls => _endpointProxy!.Calls;

    /// <summary>What the operator asked the cluster for.</summary>
    public IReadOnlyCollection<ApiCall> OperatorCalls => _operatorProxy!.Calls;

    public string AllLogs => $"{Log.Text}\n{string.Join('\n', _agentLog)}";

    /// <summary>Starts the cluster, with Bookinfo's group, its policy and the roles; no endpoint yet.</summary>
    public static async Task<RestrictedPlane> StartAsync()
    {
        var plane = new RestrictedPlane();
        plane._cluster = await EmbeddedControlPlane.StartAsync(new EmbeddedControlPlaneOptions
        {
            DataDirectory = plane._directory["cluster"],
            ApiPort = 0,
            IstiodPort = 0,
            LoggerFactory = plane.Log,
        });
        plane._administrator = KubernetesClientConfiguration.BuildConfigFromConfigFile(plane._cluster.KubeconfigPath);
        plane.Client = new KubernetesClient(plane._administrator);
        plane._raw = new RawApi(plane._administrator);
        plane._issuer = await DemoIssuer.CreateAsync(plane._workspace, default);
        await plane.Client.CreateAsync(OnboardingPlane.FromJson(new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = OnboardingPlane.DefaultName, ["namespace"] = OnboardingPlane.DefaultNamespace },
            ["spec"] = new JsonObject(),
        }));
        var mesh = new DemoMesh(plane.Client);
        await mesh.ApplyGroupAsync(default);
        await mesh.ApplyPolicyAsync(default);
        await mesh.TrustAsync(plane._issuer, default);
        return plane;
    }

    /// <summary>Applies roles and bindings as they are shipped.</summary>
    /// <param name="without">Verb and resource of a permission that is left out wherever it is; null for none.</param>
    public async Task ApplyRolesAsync((string Verb, string Resource)? without = null)
    {
        foreach (JsonObject document in RbacManifests.Plane.Concat(RbacManifests.Onboarded(DemoMesh.Namespace, "bookinfo-ratings")))
        {
            if (without is { } left)
            {
                Remove(document, left.Verb, left.Resource);
            }

            string kind = document["kind"]!.ToString();
            string? ns = document["metadata"]!["namespace"]?.ToString();
            string path = kind == "ServiceAccount" ? "/api/v1" : "/apis/rbac.authorization.k8s.io/v1";
            path += ns is null ? "" : $"/namespaces/{ns}";
            (await _raw.PostAsync($"{path}/{kind.ToLowerInvariant()}s", document.ToJsonString())).Expect(201);
        }
    }

    /// <summary>Takes the tokens of an issuer of the test's, and lets all that it vouches for join Bookinfo's group.</summary>
    /// <param name="issuer">The issuer.</param>
    /// <param name="uid">The plane's uid, which is the audience of its tokens.</param>
    /// <param name="gracePeriod">How long an agent may stay away.</param>
    public async Task TrustAsync(TestIssuer issuer, string uid, string gracePeriod)
    {
        await Client.PatchAsync<OnboardingPlane>(
            OnboardingPlane.DefaultNamespace,
            OnboardingPlane.DefaultName,
            V1Patch.Merge(new JsonObject
            {
                ["spec"] = new JsonObject
                {
                    ["uid"] = uid,
                    ["gracePeriod"] = gracePeriod,
                    ["workloads"] = new JsonObject
                    {
                        ["authentication"] = new JsonObject
                        {
                            ["jwt"] = new JsonObject
                            {
                                ["issuers"] = new JsonArray(new JsonObject { ["issuer"] = issuer.Name, ["shortName"] = "test", ["jwks"] = issuer.Jwks }),
                            },
                        },
                        ["deregistration"] = new JsonObject { ["propagationDelay"] = "0s" },
                    },
                },
            }));
        await Client.CreateAsync(OnboardingPolicy.FromJson((JsonObject)JsonNode.Parse($$$"""
            {"metadata": {"name": "all", "namespace": "{{{DemoMesh.Namespace}}}"},
             "spec": {"allow": [{"workloads": [{"jwt": {"issuer": "{{{issuer.Name}}}"}}], "onboardTo": [{"workloadGroupSelector": {} }]}]}}
            """)!));
    }

    /// <summary>Starts the real endpoint, in this process, with the service account's token.</summary>
    public async Task StartEndpointAsync()
    {
        _endpointProxy = await CountingProxy.StartAsync(await KubeconfigOfAsync(EndpointAccount), _directory);
        using X509Certificate2 certificate = _certificates.Server("localhost");
        await File.WriteAllTextAsync(_directory["tls.crt"], certificate.ExportCertificatePem());
        await File.WriteAllTextAsync(_directory["tls.key"], certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        await File.WriteAllTextAsync(_directory["ca.pem"], _certificates.AuthorityPem);
        _endpoint = await EndpointServer.StartAsync(new EndpointOptions
        {
            Kubeconfig = _endpointProxy.KubeconfigPath,
            Port = 0,
            Listen = IPAddress.Loopback,
            TlsCertificate = _directory["tls.crt"],
            TlsKey = _directory["tls.key"],
            Instance = "restricted",
            AllowLoopbackAddresses = true,
            DrainTime = TimeSpan.FromSeconds(1),
            LoggerFactory = Log,
        });
    }

    /// <summary>Starts the real operator, in this process, with the service account's token.</summary>
    public async Task StartOperatorAsync()
    {
        _operatorProxy = await CountingProxy.StartAsync(await KubeconfigOfAsync(OperatorAccount), _directory);
        _operator = await OnboardingOperator.StartAsync(new OperatorOptions
        {
            Kubeconfig = _operatorProxy.KubeconfigPath,
            Instance = "restricted",
            AllowLoopbackAddresses = true,
            HealthPort = null,
            LoggerFactory = Log,
        });
    }

    /// <summary>Stops the operator; its leadership is free then.</summary>
    public async Task StopOperatorAsync() => await (_operator?.DisposeAsync() ?? default);

    /// <summary>A kubeconfig that holds a service account's token.</summary>
    public async Task<string> KubeconfigOfAsync(string account)
    {
        ServiceAccountToken token = await Client.CreateTokenAsync(OnboardingPlane.DefaultNamespace, account, [], TimeSpan.FromHours(1));
        return await WriteKubeconfigAsync(account, token.Token);
    }

    /// <summary>Starts the real agent.</summary>
    public async Task StartAgentAsync()
    {
        var ready = new PlaneReady(Endpoint.Address, "", _directory["ca.pem"], _cluster.ApiAddress);
        await DemoAgent.ConfigureAsync(_workspace, ready, _issuer, "vm-1", TestPorts.Next(), default);
        Agent = DemoAgent.Start(_workspace, _agentLog.Enqueue);
    }

    /// <summary>Kills the agent, and the sidecar that would outlive it: the machine is gone.</summary>
    public async Task LoseMachineAsync()
    {
        string[] running = [];
        await Eventually.Is(
            () => (running = Directory.GetFiles(_workspace.AgentState, "sidecar.json", SearchOption.AllDirectories)).Length == 1, "the sidecar runs");
        int sidecar = JsonNode.Parse(await File.ReadAllTextAsync(running[0]))!["processId"]!.GetValue<int>();
        Agent!.Signal(Signals.Kill);
        await Agent.WaitForExitAsync(default);
        Signals.Send(sidecar, Signals.Kill);
    }

    public Task<JoinedMember> WaitUntilJoinedAsync() =>
        new DemoMember(Client, _workspace).WaitUntilJoinedAsync(Agent!, Eventually.Patience, default);

    /// <summary>Waits until nothing of the member is left in the cluster.</summary>
    public Task WaitUntilGoneAsync() => new DemoMember(Client, _workspace).WaitUntilGoneAsync(Eventually.Patience);

    public async ValueTask DisposeAsync()
    {
        if (Agent is not null)
        {
            await Agent.DisposeAsync();
        }

        if (_endpoint is not null)
        {
            await _endpoint.DisposeAsync();
        }

        await StopOperatorAsync();
        await (_endpointProxy?.DisposeAsync() ?? default);
        await (_operatorProxy?.DisposeAsync() ?? default);

        Client.Dispose();
        _raw.Dispose();
        await _cluster.DisposeAsync();
        _workspace.Dispose();
        _directory.Dispose();
        _certificates.Dispose();
        Log.Dispose();
    }

    private static void Remove(JsonObject document, string verb, string resource)
    {
        foreach (JsonNode? rule in document["rules"] as JsonArray ?? [])
        {
            if (rule!["resources"]!.AsArray().Any(r => r!.ToString() == resource))
            {
                rule["verbs"]!.AsArray().RemoveAll(v => v!.ToString() == verb);
            }
        }
    }

    private async Task<string> WriteKubeconfigAsync(string account, string token)
    {
        string authority = _directory["api-ca.pem"];
        await File.WriteAllTextAsync(authority, string.Join('\n', _administrator.CertificateAuthorities!.Select(c => c.ExportCertificatePem())));
        await File.WriteAllTextAsync(
            _directory[$"{account}.kubeconfig"],
            $$$"""
            apiVersion: v1
            kind: Config
            clusters: [{name: c, cluster: {server: "{{{_administrator.Host}}}", certificate-authority: "{{{authority}}}"}}]
            users: [{name: endpoint, user: {token: "{{{token}}}"}}]
            contexts: [{name: c, context: {cluster: c, user: endpoint}}]
            current-context: c
            """);
        return _directory[$"{account}.kubeconfig"];
    }
}
