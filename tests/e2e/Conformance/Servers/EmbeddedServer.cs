using Onboarding.Embedded;
using Onboarding.Kubernetes;
using Onboarding.Testing;

namespace Onboarding.Tests.E2E.Conformance.Servers;

/// <summary>The embedded control plane, in this process.</summary>
internal sealed class EmbeddedServer : ConformanceServer
{
    private readonly TemporaryDirectory _directory = new();
    private readonly TestLog _log = new();
    private EmbeddedControlPlane? _plane;
    private KubernetesClientConfiguration? _administrator;

    protected override KubernetesClientConfiguration Administrator => _administrator!;

    public static async Task<ConformanceServer> StartAsync()
    {
        var server = new EmbeddedServer();
        server._plane = await EmbeddedControlPlane.StartAsync(new EmbeddedControlPlaneOptions
        {
            DataDirectory = server._directory["plane"],
            ApiPort = 0,
            IstiodPort = 0,
            WatchHistory = 400,
            LoggerFactory = server._log,
        });
        server._administrator = KubernetesClientConfiguration.BuildConfigFromConfigFile(server._plane.KubeconfigPath);
        server.Connect();
        await Definitions.ApplyAsync(server.Raw);
        return server;
    }

    protected override async Task StopAsync()
    {
        await _plane!.DisposeAsync();
        _directory.Dispose();
        _log.Dispose();
    }
}
