using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Onboarding.Api.Install;
using Onboarding.Api.Policies;
using Onboarding.Api.Runtime;
using Onboarding.Kubernetes;
using Onboarding.Laptop.Processes;
using Onboarding.Quickstart.Demo;
using Onboarding.Quickstart.Processes;
using Onboarding.Testing;
using Shouldly;

namespace Onboarding.Tests.E2E.Platforms;

/// <summary>A real endpoint and a real agent on a machine of some cloud, which the test plays: for one join by that cloud's own proof.</summary>
internal sealed class CloudMesh : IAsyncDisposable
{
    private readonly ConcurrentQueue<string> _log = new();
    private readonly Workspace _workspace = new();
    private DemoPlane? _plane;
    private ChildProcess? _agent;
    private KubernetesClient? _kubernetes;

    public string Log => string.Join('\n', _log);

    public KubernetesClient Kubernetes => _kubernetes!;

    public string Kubeconfig => _plane!.Ready.Kubeconfig;

    /// <summary>Starts the endpoint, with Bookinfo's group and no one who may join it.</summary>
    /// <param name="authentication"><c>spec.workloads.authentication</c> of the OnboardingPlane, JSON.</param>
    /// <param name="matcher">The one identity that may join: an item of <c>allow[].workloads</c>, JSON.</param>
    /// <param name="arguments">More arguments of the endpoint.</param>
    public static async Task<CloudMesh> StartAsync(string authentication, string matcher, params string[] arguments)
    {
        var mesh = new CloudMesh();
        try
        {
            mesh._plane = await DemoPlane.StartAsync(mesh._workspace, 0, line => mesh._log.Enqueue($"plane: {line}"), default, arguments);
            mesh._kubernetes = new KubernetesClient(KubernetesClientConfiguration.BuildConfigFromConfigFile(mesh._plane.Ready.Kubeconfig));
            await new DemoMesh(mesh.Kubernetes).ApplyGroupAsync(default);
            await mesh.Kubernetes.PatchAsync<OnboardingPlane>(
                OnboardingPlane.DefaultNamespace,
                OnboardingPlane.DefaultName,
                V1Patch.Merge(JsonNode.Parse(
                    $$$"""{"spec": {"workloads": {"authentication": {{{authentication}}}, "deregistration": {"propagationDelay": "1s"} } } }""")!));
            await mesh.Kubernetes.CreateAsync(OnboardingPolicy.FromJson((JsonObject)JsonNode.Parse(
                $$$"""
                {"metadata": {"name": "cloud", "namespace": "{{{DemoMesh.Namespace}}}"},
                 "spec": {"allow": [{"workloads": [{{{matcher}}}], "onboardTo": [{"workloadGroupSelector": {} }]}] } }
                """)!));
            return mesh;
        }
        catch
        {
            await mesh.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts the agent on the machine.</summary>
    /// <param name="host"><c>host</c> of the AgentConfiguration, as a YAML flow mapping.</param>
    /// <param name="environment">What is set on the machine, <c>NAME=value</c>.</param>
    public async Task StartAgentAsync(string host, params string[] environment)
    {
        await File.WriteAllTextAsync(
            _workspace.OnboardingConfiguration, Onboarding($$$"""{tls: {caFile: "{{{_plane!.Ready.CertificateAuthority}}}"}}"""));
        await File.WriteAllTextAsync(_workspace.AgentConfiguration, Agent(host));
        Start(environment, "--onboarding-config", _workspace.OnboardingConfiguration, "--agent-config", _workspace.AgentConfiguration);
    }

    /// <summary>Starts the agent in a container: there are no files, all it is told is in its environment.</summary>
    /// <param name="host"><c>host</c> of the AgentConfiguration, as a YAML flow mapping.</param>
    /// <param name="environment">What else is set in it, <c>NAME=value</c>.</param>
    public async Task StartContainerAsync(string host, params string[] environment) => Start(
    [
        .. environment,
        $"ONBOARDING_CONFIG={Onboarding("{}")}",
        $"AGENT_CONFIG={Agent(host)}",
        $"ONBOARDING_AGENT_ROOT_CERTS={await File.ReadAllTextAsync(_plane!.Ready.CertificateAuthority)}",
    ]);

    /// <summary>Waits until the agent says that the sidecar is ready; the machine's registration.</summary>
    public async Task<WorkloadAutoRegistration> WaitUntilJoinedAsync()
    {
        try
        {
            await Eventually.Is(
                () => _agent!.HasExited || _log.Any(l => l.Contains("\"SidecarReady\"", StringComparison.Ordinal)), "the sidecar is ready");
        }
        catch (ShouldAssertException e)
        {
            throw new ShouldAssertException($"{e.Message}\n{Log}");
        }

        _agent!.HasExited.ShouldBeFalse(Log);
        return (await Kubernetes.ListAsync<WorkloadAutoRegistration>(DemoMesh.Namespace)).Items.ShouldHaveSingleItem();
    }

    /// <summary>The plane's uid: the audience that credentials are made for.</summary>
    public async Task<string> PlaneUidAsync()
    {
        OnboardingPlane plane = await Kubernetes.GetAsync<OnboardingPlane>(OnboardingPlane.DefaultNamespace, OnboardingPlane.DefaultName);
        return plane.Spec?.Uid ?? plane.Status!.Uid!;
    }

    public async ValueTask DisposeAsync()
    {
        if (_agent is not null)
        {
            await _agent.DisposeAsync();
        }

        if (_plane is not null)
        {
            await _plane.DisposeAsync();
        }

        _kubernetes?.Dispose();
        _workspace.Dispose();
    }

    private string Onboarding(string transportSecurity) =>
        $$$"""
        apiVersion: config.agent.onboarding.tetrate.io/v1alpha1
        kind: OnboardingConfiguration
        onboardingEndpoint:
          host: {{{_plane!.Ready.Endpoint.Host}}}
          port: {{{_plane.Ready.Endpoint.Port}}}
          transportSecurity: {{{transportSecurity}}}
        workloadGroup: {namespace: {{{DemoMesh.Namespace}}}, name: {{{DemoMesh.Group}}}}

        """;

    private string Agent(string host)
    {
        int port = TestPorts.Next();
        return $$$"""
            apiVersion: config.agent.onboarding.tetrate.io/v1alpha1
            kind: AgentConfiguration
            host: {{{host}}}
            sidecar:
              command:
                path: "{{{BuiltPrograms.SidecarProbe}}}"
                args: ["--status-port", "{{{port}}}"]
                readiness: {port: {{{port}}}}
              stdout: {filename: "{{{_workspace.SidecarOutput}}}"}
              stderr: {filename: "{{{_workspace.SidecarOutput}}}"}

            """;
    }

    private void Start(IEnumerable<string> environment, params string[] arguments) => _agent = ChildProcess.Start(
        "agent",
        "/usr/bin/env",
        [.. environment, BuiltPrograms.Agent, "run", .. arguments, "--state-directory", _workspace.AgentState, "--log-format", "json"],
        line => _log.Enqueue($"agent: {line}"),
        line => _log.Enqueue($"agent: {line}"));
}
