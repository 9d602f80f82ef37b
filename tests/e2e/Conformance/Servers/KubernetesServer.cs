using Onboarding.Kubernetes;
using Onboarding.Testing;

namespace Onboarding.Tests.E2E.Conformance.Servers;

/// <summary>A real API server, found where <see cref="KubernetesBinaries"/> looks.</summary>
internal sealed class KubernetesServer(KubernetesProcesses processes) : ConformanceServer
{
    protected override KubernetesClientConfiguration Administrator => processes.Administrator;

    public static async Task<ConformanceServer> StartAsync()
    {
        var server = new KubernetesServer(await KubernetesProcesses.StartAsync(durable: false));
        server.Connect();
        await Definitions.ApplyAsync(server.Raw);
        return server;
    }

    protected override async Task StopAsync() => await processes.DisposeAsync();
}
