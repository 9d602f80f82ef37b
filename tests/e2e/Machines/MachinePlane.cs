using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Onboarding.Api.Install;
using Onboarding.Api.Runtime;
using Onboarding.BootConfiguration;
using Onboarding.Embedded;
using Onboarding.Endpoint.Hosting;
using Onboarding.Kubernetes;
using Onboarding.Kubernetes.Models;
using Onboarding.Operator.Hosting;
using Onboarding.Quickstart.Demo;
using Onboarding.Quickstart.Processes;
using Onboarding.Testing;

namespace Onboarding.Tests.E2E.Machines;

/// <summary>A plane on a network of machines: endpoint, Kubernetes API and istiod, with Bookinfo's ratings to join.</summary>
public sealed class MachinePlane : IAsyncDisposable
{
    /// <summary>The name that agents dial.</summary>
    public const string Name = "onboarding.example.test";

    /// <summary>A revision of istiod beside the default one; it isn't there until it is started.</summary>
    public const string Canary = "canary";

    private readonly TestCertificates _certificates = new("endpoint CA");
    private readonly TemporaryDirectory _directory = new();
    private readonly Workspace _workspace = new();
    private readonly TestLog _log = new();
    private readonly int _istiodPort = TestPorts.Next();
    private readonly int _port = TestPorts.Next();
    private EmbeddedControlPlane _cluster = null!;
    private EndpointServer? _endpoint;
    private OnboardingOperator? _operator;
    private readonly List<TcpForwarder> _gateways = [];
    private DemoIssuer _issuer = null!;
    private IstiodProcess? _canary;

    private readonly bool _hasIPv6;

    private MachinePlane(bool hasIPv6)
    {
        _hasIPv6 = hasIPv6;
        _log.Expect("");
    }

    public KubernetesClient Kubernetes { get; private set; } = null!;

    public string Log => _log.Text;

    internal Lan Lan { get; private set; } = null!;

    internal DemoIssuer Issuer => _issuer;

    internal int Port => _port;

    internal string CertificateAuthority => _directory["ca.pem"];

    /// <summary>Starts one.</summary>
    /// <param name="hasIPv6">True for a network with IPv6 beside IPv4, at whose addresses endpoint and istiod are reached, too.</param>
    public static async Task<MachinePlane> StartAsync(bool hasIPv6 = false)
    {
        var plane = new MachinePlane(hasIPv6);
        try
        {
            await plane.BuildAsync();
            return plane;
        }
        catch
        {
            await plane.DisposeAsync();
            throw;
        }
    }

    /// <summary>True to close each new connection to istiod.</summary>
    internal bool IsIstiodAway { get; set; }

    /// <summary>Packages that the endpoint serves from its next start.</summary>
    internal string? Packages { get; set; }

    /// <summary>Starts the endpoint, on the same port as before.</summary>
    public async Task StartEndpointAsync() => _endpoint = await EndpointServer.StartAsync(new EndpointOptions
    {
        Kubeconfig = _cluster.KubeconfigPath,
        Port = _port,
        Listen = _hasIPv6 ? IPAddress.IPv6Any : Lan.Host,
        TlsCertificate = _directory["tls.crt"],
        TlsKey = _directory["tls.key"],
        Instance = "machines",
        DrainTime = TimeSpan.FromSeconds(1),
        Packages = Packages,
        LoggerFactory = _log,
    });

    /// <summary>Waits until something listens on the endpoint's port again.</summary>
    /// <returns>When, as <see cref="Stopwatch.GetTimestamp"/> counts.</returns>
    public async Task<long> WaitUntilListeningAsync()
    {
        while (true)
        {
            try
            {
                using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync(Lan.Host, _port);
                return Stopwatch.GetTimestamp();
            }
            catch (SocketException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(10));
            }
        }
    }

    public async Task StopEndpointAsync()
    {
        if (_endpoint is { } endpoint)
        {
            _endpoint = null;
            await endpoint.DisposeAsync();
        }
    }

    /// <summary>Starts istiod's other revision, a process of its own with the same authority.</summary>
    internal async Task<IstiodProcess> StartCanaryAsync() =>
        _canary = await IstiodProcess.StartAsync(_directory["cluster/istiod"], _cluster.KubeconfigPath, Canary);

    /// <summary>Has istiod make a new authority, as operators of Istio do: the Secret of the one in force is deleted.</summary>
    public Task ReplaceAuthorityAsync() =>
        Kubernetes.DeleteAsync<V1Secret>(OnboardingPlane.DefaultNamespace, "istio-ca-secret");

    /// <summary>Starts a machine whose agent may join as this subject, its name.</summary>
    internal async Task<MachineAgent> StartMachineAsync(string name, Families families = Families.IPv4) => new(await Machine.StartAsync(Lan, name, families), this);

    /// <summary>The registration of a machine; null if it has none.</summary>
    public async Task<WorkloadAutoRegistration?> RegistrationAsync(string subject) =>
        (await Kubernetes.ListAsync<WorkloadAutoRegistration>(DemoMesh.Namespace)).Items
            .SingleOrDefault(r => r.Metadata.Name.EndsWith($"--{subject}", StringComparison.Ordinal));

    public async ValueTask DisposeAsync()
    {
        await StopEndpointAsync();
        await (_operator?.DisposeAsync() ?? default);
        Kubernetes?.Dispose();
        foreach (TcpForwarder gateway in _gateways)
        {
            await gateway.DisposeAsync();
        }

        await (_canary?.DisposeAsync() ?? default);
        if (_cluster is not null)
        {
            await _cluster.DisposeAsync();
        }

        if (Lan is not null)
        {
            await Lan.DisposeAsync();
        }

        _workspace.Dispose();
        _directory.Dispose();
        _certificates.Dispose();
        _log.Dispose();
    }

    private async Task BuildAsync()
    {
        Lan = await Lan.StartAsync(_hasIPv6);
        IPAddress[] hosts = Lan.Host6 is { } host6 ? [Lan.Host, host6] : [Lan.Host];
        Lan.Names.Set(Name, hosts);
        _cluster = await EmbeddedControlPlane.StartAsync(new EmbeddedControlPlaneOptions
        {
            DataDirectory = _directory["cluster"],
            ApiPort = 0,
            IstiodPort = _istiodPort,
            LoggerFactory = _log,
        });
        foreach (IPAddress host in hosts)
        {
            _gateways.Add(TcpForwarder.Start(new IPEndPoint(host, _istiodPort), () => IsIstiodAway ? [] : [new IPEndPoint(IPAddress.Loopback, _istiodPort)]));
            // A revision is reached at istiod's own port.
            _gateways.Add(TcpForwarder.Start(new IPEndPoint(host, IstiodAddress.Port), () => _canary is { } canary ? [canary.Address] : []));
        }

        Kubernetes = new KubernetesClient(KubernetesClientConfiguration.BuildConfigFromConfigFile(_cluster.KubeconfigPath));
        await Kubernetes.CreateAsync(OnboardingPlane.FromJson(new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = OnboardingPlane.DefaultName, ["namespace"] = OnboardingPlane.DefaultNamespace },
            ["spec"] = new JsonObject
            {
                ["workloads"] = new JsonObject { ["deregistration"] = new JsonObject { ["propagationDelay"] = "1s" } },
            },
        }));
        _issuer = await DemoIssuer.CreateAsync(_workspace, default);
        var mesh = new DemoMesh(Kubernetes);
        await mesh.ApplyGroupAsync(default);
        await mesh.ApplyPolicyAsync(default);
        await mesh.TrustAsync(_issuer, default);
        await PublishIstiodAsync(hosts);
        await ShortenDrainAsync();
        using X509Certificate2 certificate = _certificates.Server(Name);
        await File.WriteAllTextAsync(_directory["tls.crt"], certificate.ExportCertificatePem());
        await File.WriteAllTextAsync(_directory["tls.key"], certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        await File.WriteAllTextAsync(_directory["ca.pem"], _certificates.AuthorityPem);
        _operator = await OnboardingOperator.StartAsync(new OperatorOptions
        {
            Kubeconfig = _cluster.KubeconfigPath,
            Instance = "machines",
            HealthPort = null,
            LoggerFactory = _log,
        });
        await StartEndpointAsync();
    }

    /// <summary>The machines reach istiod at these addresses, as they would by those of a load balancer.</summary>
    internal Task<V1Service> PublishIstiodAsync(params IEnumerable<IPAddress> addresses) => Kubernetes.PatchAsync<V1Service>(
        OnboardingPlane.DefaultNamespace,
        "istio-eastwestgateway",
        V1Patch.Merge(new JsonObject
        {
            ["status"] = new JsonObject
            {
                ["loadBalancer"] = new JsonObject { ["ingress"] = new JsonArray([.. addresses.Select(a => new JsonObject { ["ip"] = a.ToString() })]) },
            },
        }),
        new PatchOptions { Subresource = "status" });

    // A sidecar drains for five seconds, in which nothing happens here.
    private async Task ShortenDrainAsync()
    {
        V1ConfigMap mesh = await Kubernetes.GetAsync<V1ConfigMap>(OnboardingPlane.DefaultNamespace, "istio");
        string text = mesh.Data["mesh"].Replace("defaultConfig:\n", "defaultConfig:\n  terminationDrainDuration: 1s\n", StringComparison.Ordinal);
        await Kubernetes.PatchAsync<V1ConfigMap>(
            OnboardingPlane.DefaultNamespace, "istio", V1Patch.Merge(new JsonObject { ["data"] = new JsonObject { ["mesh"] = text } }));
    }
}
