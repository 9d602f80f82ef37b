using Onboarding.Embedded;
using Onboarding.Kubernetes;
using Onboarding.Kubernetes.Models;
using Onboarding.Testing;
using Xunit;

namespace Onboarding.Tests.E2E.Kubectl;

/// <summary>An embedded control plane, and kubectl with its kubeconfig.</summary>
public sealed class KubectlPlane : IAsyncLifetime
{
    private readonly TemporaryDirectory _directory = new();
    private readonly TestLog _log = new();
    private EmbeddedControlPlane? _plane;

    public ClusterClient Cluster { get; private set; } = null!;

    public KubernetesClient Client => Cluster.Resources;

    public KubectlProgram Kubectl { get; private set; } = null!;

    public HelmProgram Helm { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        _plane = await EmbeddedControlPlane.StartAsync(new EmbeddedControlPlaneOptions
        {
            DataDirectory = _directory["plane"],
            ApiPort = 0,
            IstiodPort = 0,
            LoggerFactory = _log,
        });
        Cluster = new ClusterClient(KubernetesClientConfiguration.BuildConfigFromConfigFile(_plane.KubeconfigPath));
        Kubectl = new KubectlProgram(_plane.KubeconfigPath, _directory.Path);
        Helm = new HelmProgram(_plane.KubeconfigPath, _directory.Path);
    }

    public async ValueTask DisposeAsync()
    {
        Cluster.Dispose();
        await _plane!.DisposeAsync();
        _log.Dispose();
        _directory.Dispose();
    }

    /// <summary>A namespace in which a test is alone.</summary>
    public async Task<string> NamespaceAsync() =>
        (await Client.CreateAsync(new V1Namespace { Metadata = new() { GenerateName = "test-" } })).Metadata.Name;
}
