using System.Collections.Concurrent;
using Onboarding.Api.Istio;
using Onboarding.Api.Runtime;
using Onboarding.Kubernetes;
using Onboarding.Laptop.Processes;
using Onboarding.Quickstart.Demo;
using Onboarding.Quickstart.Processes;
using Onboarding.Testing;

namespace Onboarding.Tests.E2E.Infrastructure;

/// <summary>A plane with a group to join, and the machine that is to join it: all real processes.</summary>
public sealed class Mesh : IAsyncDisposable
{
    private readonly ConcurrentQueue<string> _log = new();
    private readonly Workspace _workspace = new();
    private DemoIssuer? _issuer;
    private DemoPlane? _plane;

    internal Workspace Workspace => _workspace;

    internal DemoPlane Plane => _plane!;

    internal DemoIssuer Issuer => _issuer!;

    internal ChildProcess? Agent { get; private set; }

    public KubernetesClient Kubernetes { get; private set; } = null!;

    public int StatusPort { get; } = TestPorts.Next();

    public string Log => string.Join('\n', _log);

    public IEnumerable<string> AgentLog => _log.Where(l => l.StartsWith("agent: ", StringComparison.Ordinal));

    /// <summary>Starts a plane whose group no one may join until <see cref="AllowAsync"/>.</summary>
    public static async Task<Mesh> StartAsync()
    {
        var mesh = new Mesh();
        try
        {
            mesh._issuer = await DemoIssuer.CreateAsync(mesh._workspace, default);
            await mesh.StartPlaneAsync(TestPorts.Next());
            var demo = new DemoMesh(mesh.Kubernetes);
            await demo.ApplyGroupAsync(default);
            await demo.TrustAsync(mesh._issuer, default);
            return mesh;
        }
        catch
        {
            await mesh.DisposeAsync();
            throw;
        }
    }

    public Task AllowAsync() => new DemoMesh(Kubernetes).ApplyPolicyAsync(default);

    /// <summary>Starts the plane again where it stopped, on the same port.</summary>
    public Task RestartPlaneAsync() => StartPlaneAsync(_plane!.Ready.Endpoint.Port);

    public void KillPlane() => _plane!.Process.Kill();

    public async Task StartAgentAsync(string subject = "vm-1")
    {
        await DemoAgent.ConfigureAsync(_workspace, _plane!.Ready, _issuer!, subject, StatusPort, default);
        Agent = DemoAgent.Start(_workspace, line => _log.Enqueue($"agent: {line}"));
    }

    internal async Task<JoinedMember> WaitUntilJoinedAsync()
    {
        try
        {
            return await new DemoMember(Kubernetes, _workspace).WaitUntilJoinedAsync(Agent!, Eventually.Patience, default);
        }
        catch (DemoException exception)
        {
            throw new DemoException($"{exception.Message}\n{Log}");
        }
    }

    public async Task<IList<WorkloadAutoRegistration>> RegistrationsAsync() =>
        [.. (await Kubernetes.ListAsync<WorkloadAutoRegistration>(DemoMesh.Namespace)).Items];

    public async Task<IList<WorkloadEntry>> EntriesAsync() =>
        [.. (await Kubernetes.ListAsync<WorkloadEntry>(DemoMesh.Namespace)).Items];

    /// <summary>True if the sidecar says it is ready.</summary>
    public async Task<bool> SidecarAnswersAsync()
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(30) };
        try
        {
            using HttpResponseMessage answer = await http.GetAsync(new Uri($"http://127.0.0.1:{StatusPort}/healthz/ready"));
            return answer.IsSuccessStatusCode;
        }
        catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException)
        {
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Agent is not null)
        {
            await Agent.DisposeAsync();
        }

        if (_plane is not null)
        {
            await _plane.DisposeAsync();
        }

        Kubernetes?.Dispose();
        _workspace.Dispose();
    }

    private async Task StartPlaneAsync(int port)
    {
        _plane = await DemoPlane.StartAsync(_workspace, port, line => _log.Enqueue($"plane: {line}"), default);
        Kubernetes?.Dispose();
        Kubernetes = new KubernetesClient(KubernetesClientConfiguration.BuildConfigFromConfigFile(_plane.Ready.Kubeconfig));
    }
}
