using Onboarding.Kubernetes.Models;
using Xunit;

namespace Onboarding.Tests.E2E.Conformance.Servers;

/// <summary>The servers of a run; each starts with the first case that needs it.</summary>
public sealed class ConformanceServers : IAsyncLifetime
{
    private readonly Lazy<Task<ConformanceServer>> _embedded = new(EmbeddedServer.StartAsync);
    private readonly Lazy<Task<ConformanceServer>> _kubernetes = new(KubernetesServer.StartAsync);

    /// <summary>A server, with a namespace of the case's own.</summary>
    public async Task<Stage> StageAsync(ServerKind kind)
    {
        ConformanceServer server = await (kind == ServerKind.Embedded ? _embedded : _kubernetes).Value;
        V1Namespace made = await server.Client.CreateAsync(new V1Namespace { Metadata = new() { GenerateName = "case-" } });
        return new Stage(server, made.Metadata.Name);
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        foreach (Lazy<Task<ConformanceServer>> server in (Lazy<Task<ConformanceServer>>[])[_embedded, _kubernetes])
        {
            if (server is { IsValueCreated: true, Value.IsCompletedSuccessfully: true })
            {
                await (await server.Value).DisposeAsync();
            }
        }
    }
}
