using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Onboarding.Api.Install;
using Onboarding.Client.Native;
using Onboarding.Laptop.Processes;
using Onboarding.Quickstart.Processes;
using Onboarding.Testing;
using Onboarding.Tests.E2E.Infrastructure;

namespace Onboarding.Tests.E2E.Chaos;

/// <summary>
/// Endpoints and operators as processes, each with its service account and the roles that ship, behind one address as a Service has. One that is
/// killed is started again: as the same instance, like a container that crashed, or as another, like a pod on another node.
/// </summary>
internal sealed class ChaosPlane : IAsyncDisposable
{
    private readonly TestCertificates _certificates = new("endpoint CA");
    private readonly TemporaryDirectory _directory = new();
    private readonly ConcurrentQueue<string> _log = new();
    private readonly Replica[] _replicas;
    private readonly Dictionary<bool, string> _kubeconfigs = [];
    private TcpForwarder _service = null!;
    private int _next;

    private ChaosPlane(int endpoints, int operators) =>
        _replicas = [.. Enumerable.Range(0, endpoints + operators).Select(i => new Replica(IsOperator: i >= endpoints))];

    public RestrictedPlane Cluster { get; private set; } = null!;

    public TestIssuer Issuer { get; } = new("https://chaos.example");

    /// <summary>Where agents dial.</summary>
    public int Port { get; } = TestPorts.Next();

    public string CertificateAuthority => _directory["ca.pem"];

    /// <summary>How many endpoints answer.</summary>
    public int Ready => _replicas.Count(r => r.Address is not null);

    public string Log => string.Join('\n', _log);

    /// <summary>Starts one.</summary>
    /// <param name="endpoints">How many endpoints.</param>
    /// <param name="operators">How many operators.</param>
    /// <param name="gracePeriod">How long an agent may stay away.</param>
    /// <param name="through">Makes of a program's kubeconfig one that leads through something; true for an operator's.</param>
    public static async Task<ChaosPlane> StartAsync(int endpoints, int operators, string gracePeriod, Func<bool, string, Task<string>>? through = null)
    {
        var plane = new ChaosPlane(endpoints, operators) { Cluster = await RestrictedPlane.StartAsync() };
        await plane.Cluster.ApplyRolesAsync();
        await plane.Cluster.TrustAsync(plane.Issuer, ChaosTests.PlaneUid, gracePeriod);
        using X509Certificate2 certificate = plane._certificates.Server("localhost");
        await File.WriteAllTextAsync(plane._directory["tls.crt"], certificate.ExportCertificatePem());
        await File.WriteAllTextAsync(plane._directory["tls.key"], certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        await File.WriteAllTextAsync(plane.CertificateAuthority, plane._certificates.AuthorityPem);
        foreach (bool isOperator in (bool[])[false, true])
        {
            string kubeconfig = await plane.Cluster.KubeconfigOfAsync(isOperator ? RestrictedPlane.OperatorAccount : RestrictedPlane.EndpointAccount);
            plane._kubeconfigs[isOperator] = through is null ? kubeconfig : await through(isOperator, kubeconfig);
        }

        plane._service = TcpForwarder.Start(
            new IPEndPoint(IPAddress.Loopback, plane.Port), () => plane._replicas.Select(r => r.Address).OfType<IPEndPoint>());
        foreach (Replica replica in plane._replicas)
        {
            plane.Start(replica, replica.IsOperator ? "operator" : "endpoint");
        }

        await Eventually.Is(
            () => plane._replicas.Any(r => r.Process!.HasExited) ? throw new NotSupportedException($"A program ended:\n{plane.Log}") : plane.Ready == endpoints,
            "all endpoints are ready");
        return plane;
    }

    /// <summary>Kills one, and starts one in its place.</summary>
    /// <returns>What happened to which.</returns>
    public async Task<string> HitAsync(Random random)
    {
        Replica replica = _replicas[random.Next(_replicas.Length)];
        string name = replica.Instance;
        // A third is drained instead: an upgrade in the middle of all that.
        bool isDrained = !replica.IsOperator && random.Next(3) == 0;
        bool isSameInstance = !isDrained && random.Next(2) == 0;
        ChildProcess process = replica.Process!;
        replica.Address = null;
        process.Signal(isDrained ? Signals.Terminate : Signals.Kill);
        await process.WaitForExitAsync(CancellationToken.None);
        await process.DisposeAsync();
        Start(replica, replica.IsOperator ? "operator" : "endpoint", isSameInstance ? name : null);
        return $"{(isDrained ? "SIGTERM" : "SIGKILL")} {name}, then {replica.Instance}";
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_replicas.Select(async r =>
        {
            r.Address = null;
            r.Process?.Kill();
            await (r.Process?.DisposeAsync() ?? default);
        }));
        await _service.DisposeAsync();
        await Cluster.DisposeAsync();
        Issuer.Dispose();
        _directory.Dispose();
        _certificates.Dispose();
    }

    private void Start(Replica replica, string kind, string? instance = null)
    {
        replica.Instance = instance ?? $"{kind}-{++_next}";
        string[] shared = ["--kubeconfig", _kubeconfigs[replica.IsOperator], "--instance", replica.Instance, "--namespace", OnboardingPlane.DefaultNamespace];
        string[] own = replica.IsOperator
            ? ["--health-listen", "127.0.0.1", "--health-port", "0"]
            : ["--listen", "127.0.0.1", "--port", "0", "--tls-certificate", _directory["tls.crt"], "--tls-key", _directory["tls.key"]];
        string name = replica.Instance;
        replica.Process = ChildProcess.Start(
            name,
            replica.IsOperator ? BuiltPrograms.Operator : BuiltPrograms.Endpoint,
            [.. shared, .. own],
            line =>
            {
                if (line.StartsWith('{') && JsonNode.Parse(line)?["endpoint"]?.GetValue<string>() is { } address && replica.Instance == name)
                {
                    replica.Address = new IPEndPoint(IPAddress.Loopback, new Uri(address).Port);
                }
            },
            line => Note($"{name}: {line}"));
    }

    // Live, too, for whoever watches a run of hours: ONBOARDING_CHAOS_LOG=1.
    private void Note(string line)
    {
        _log.Enqueue(line);
        if (Environment.GetEnvironmentVariable("ONBOARDING_CHAOS_LOG") == "1")
        {
            Console.Error.WriteLine(line);
        }
    }

    private sealed record Replica(bool IsOperator)
    {
        public string Instance { get; set; } = "";

        public ChildProcess? Process { get; set; }

        /// <summary>Where it answers; null while it doesn't, and of an operator.</summary>
        public volatile IPEndPoint? Address;
    }
}
