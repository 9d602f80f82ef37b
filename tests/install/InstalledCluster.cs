using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Onboarding.Api.Runtime;
using Onboarding.Embedded;
using Onboarding.Embedded.Rbac;
using Onboarding.Kubernetes;
using Onboarding.Kubernetes.Models;
using Onboarding.Laptop.Planes;
using Onboarding.Laptop.Processes;
using Onboarding.Quickstart.Demo;
using Onboarding.Quickstart.Processes;
using Onboarding.Testing;
using Onboarding.Tests.Install.Kubelet;
using Onboarding.Tests.Install.Server;
using Shouldly;

namespace Onboarding.Tests.Install;

/// <summary>A cluster with Bookinfo's group and policy, what runs pods in it, and a machine that wants to join.</summary>
internal sealed class InstalledCluster : IAsyncDisposable
{
    public const string PlaneNamespace = "istio-system";
    public const string Endpoint = "onboarding-plane";
    public const string Operator = "onboarding-operator";

    private readonly TestCertificates _certificates = new("endpoint CA");
    private readonly TemporaryDirectory _directory = new();
    private readonly Workspace _workspace = new();
    private readonly ConcurrentQueue<string> _agentLog = new();
    private EmbeddedControlPlane _server = null!;
    private DemoIssuer _issuer = null!;
    private IAsyncDisposable _service = null!;
    private CertManager? _certManager;
    private int _port;

    public ClusterProgram Programs { get; private set; } = null!;

    public Kubelet.Kubelet Kubelet { get; private set; } = null!;

    public KubernetesClient Client { get; private set; } = null!;

    public ChildProcess? Agent { get; private set; }

    public TestLog Log { get; } = new();

    public string AllLogs => $"{Kubelet.AllLogs}\n--- agent\n{string.Join('\n', _agentLog)}";

    /// <summary>Each request of a service account that was allowed, and the rule that allowed it.</summary>
    public ConcurrentQueue<(string User, AccessQuestion Question, PolicyRule Rule)> Allowed { get; } = [];

    /// <summary>Where agents, and machines' sidecars, come in.</summary>
    public int Port => _port;

    /// <summary>A file of values for the chart.</summary>
    public string Values => _directory["values.yaml"];

    /// <summary>Starts one.</summary>
    /// <param name="isBehindGateway">True: agents come by a router of server names, and cert-manager makes the certificate; else by a Service, and it is there.</param>
    public static async Task<InstalledCluster> StartAsync(bool isBehindGateway = false)
    {
        var cluster = new InstalledCluster();
        cluster._server = await EmbeddedControlPlane.StartAsync(new EmbeddedControlPlaneOptions
        {
            DataDirectory = cluster._directory["cluster"],
            ApiPort = 0,
            IstiodPort = 0,
            LoggerFactory = cluster.Log,
            Allowed = (user, question, rule) => cluster.Allowed.Enqueue((user, question, rule)),
        });
        cluster.Client = new KubernetesClient(KubernetesClientConfiguration.BuildConfigFromConfigFile(cluster._server.KubeconfigPath));
        cluster.Programs = new ClusterProgram(cluster._server.KubeconfigPath, cluster._directory.Path);
        cluster._issuer = await DemoIssuer.CreateAsync(cluster._workspace, default);
        var mesh = new DemoMesh(cluster.Client);
        await mesh.ApplyGroupAsync(default);
        await mesh.ApplyPolicyAsync(default);
        // A laptop's cluster is born with it; the chart ships it.
        await cluster.Client.DeleteAsync<V1Secret>(PlaneNamespace, "onboarding-token-keys");
        cluster.Kubelet = Onboarding.Tests.Install.Kubelet.Kubelet.Start(cluster._server);
        cluster._port = TestPorts.Next();
        if (isBehindGateway)
        {
            cluster._certManager = CertManager.Start(cluster.Client, cluster._certificates);
            cluster._service = SniRouter.Start(cluster._port, cluster.Client, cluster.Resolve);
        }
        else
        {
            using X509Certificate2 certificate = cluster._certificates.Server("localhost");
            await cluster.Client.CreateAsync(CertManager.Secret(PlaneNamespace, "join-tls", certificate));
            cluster._service = TcpForwarder.Start(new IPEndPoint(IPAddress.Loopback, cluster._port), cluster.Endpoints);
        }

        string certificateOf = isBehindGateway ? ", certificate: {issuerRef: {name: corp}}" : "";
        string exposure = isBehindGateway ? "IstioGateway" : "Service";
        await File.WriteAllTextAsync(cluster.Values, $$"""
            onboardedNamespaces:
              - {name: bookinfo, serviceAccounts: [bookinfo-ratings]}
            plane:
              endpoint: {hosts: [localhost], secretName: join-tls {{certificateOf}} }
              gracePeriod: 5m
              components: {instance: {exposure: {type: {{exposure}} } } }
            """);
        return cluster;
    }

    /// <summary>Installs the chart, with the plane.</summary>
    public async Task InstallAsync()
    {
        await Programs.HelmAsync("install", "onboarding", ShippedManifests.Chart, "--namespace", PlaneNamespace, "--values", Values);
        await new DemoMesh(Client).TrustAsync(_issuer, default);
    }

    /// <summary>Waits until the plane says that it is ready, and all pods run what they should.</summary>
    public async Task WaitUntilReadyAsync()
    {
        try
        {
            await Eventually.Is(
                async () => Kubelet.IsWhole() && await ConditionAsync("Ready") == "True" && await ConditionAsync("Progressing") == "False"
                    && Kubelet.ReadyOf(Endpoint).Count() == 2 && Kubelet.ReadyOf(Operator).Count() == 2,
                "endpoints and operators are ready");
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"{e.Message}\n{await Programs.KubectlAsync("-n", PlaneNamespace, "get", "onboardingplanes", "-o", "yaml")}\n{AllLogs}");
        }
    }

    public async Task<string?> ConditionAsync(string type) =>
        (await Client.TryGetAsync<Api.Install.OnboardingPlane>(PlaneNamespace, "onboarding-plane", default))?.Status?.Conditions
            .FirstOrDefault(c => c.Type == type)?.Status;

    public async Task JoinAsync()
    {
        await File.WriteAllTextAsync(_directory["ca.pem"], _certificates.AuthorityPem);
        var ready = new PlaneReady(new Uri($"https://localhost:{_port}"), "", _directory["ca.pem"], _server.ApiAddress);
        await DemoAgent.ConfigureAsync(_workspace, ready, _issuer, "vm-1", TestPorts.Next(), default);
        Agent = DemoAgent.Start(_workspace, _agentLog.Enqueue);
        try
        {
            await new DemoMember(Client, _workspace).WaitUntilJoinedAsync(Agent, Eventually.Patience, default);
        }
        catch (DemoException e)
        {
            throw new InvalidOperationException($"{e.Message}\n{AllLogs}");
        }
    }

    public async Task LeaveAsync()
    {
        Agent!.Signal(Onboarding.Client.Native.Signals.Terminate);
        (await Agent.WaitForExitAsync(default)).ShouldBe(0, AllLogs);
        await new DemoMember(Client, _workspace).WaitUntilGoneAsync(Eventually.Patience);
    }

    public async Task<WorkloadAutoRegistration> RegistrationAsync() => (await Client.ListAsync<WorkloadAutoRegistration>(DemoMesh.Namespace)).Items.Single();

    /// <summary>The longest that the agent was without a session, by its own log: from an end to the next beginning.</summary>
    public TimeSpan LongestOutage()
    {
        TimeSpan longest = TimeSpan.Zero;
        DateTimeOffset? since = null;
        foreach (JsonNode line in _agentLog.Where(l => l.StartsWith('{')).Select(l => JsonNode.Parse(l)!))
        {
            DateTimeOffset at = DateTimeOffset.Parse(line["time"]!.ToString(), System.Globalization.CultureInfo.InvariantCulture);
            if (line["event"]?.ToString() is "Disconnected" or "Relocating")
            {
                since ??= at;
            }
            else if (line["event"]?.ToString() == "Connected" && since is { } end)
            {
                longest = at - end > longest ? at - end : longest;
                since = null;
            }
        }

        return longest;
    }

    /// <summary>Everything in the cluster, by kind, namespace and name.</summary>
    public async Task<SortedSet<string>> ObjectsAsync()
    {
        string kinds = string.Join(',', (await Programs.KubectlAsync("api-resources", "--verbs=list", "-o", "name")).Split('\n', StringSplitOptions.RemoveEmptyEntries));
        string all = await Programs.KubectlAsync(
            "get", kinds, "-A", "-o", "go-template={{range .items}}{{.kind}} {{.metadata.namespace}}/{{.metadata.name}}{{\"\\n\"}}{{end}}");
        return new SortedSet<string>(
            all.Replace("<no value>", "", StringComparison.Ordinal).Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(o => !o.StartsWith("Event ", StringComparison.Ordinal)),
            StringComparer.Ordinal);
    }

    public async ValueTask DisposeAsync()
    {
        await (Agent?.DisposeAsync() ?? default);
        await _service.DisposeAsync();
        await (_certManager?.DisposeAsync() ?? default);
        await Kubelet.DisposeAsync();
        Client.Dispose();
        await _server.DisposeAsync();
        _workspace.Dispose();
        _directory.Dispose();
        _certificates.Dispose();
        Log.Dispose();
    }

    private IEnumerable<IPEndPoint> Endpoints() => Kubelet.ReadyOf(Endpoint).Select(p => new IPEndPoint(p.Address, 15443));

    private IPEndPoint? Resolve(string destination) => destination switch
    {
        "onboarding-plane.istio-system.svc.cluster.local:15443" => Endpoints().FirstOrDefault(),
        "istiod.istio-system.svc.cluster.local:15012" => new IPEndPoint(IPAddress.Loopback, _server.IstiodAddress.Port),
        // A service that a machine calls: any server will do, the API server's is there.
        "details.bookinfo.svc.cluster.local:9080" => new IPEndPoint(IPAddress.Loopback, _server.ApiAddress.Port),
        _ => null,
    };
}
