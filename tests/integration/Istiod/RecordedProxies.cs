using System.Collections.Concurrent;
using Onboarding.Embedded.Istio;

namespace Onboarding.Tests.Integration.Istiod;

/// <summary>Notes what istiod tells of proxies.</summary>
internal sealed class RecordedProxies : IProxyObserver
{
    private readonly ConcurrentQueue<string> _events = new();

    public IReadOnlyCollection<string> Events => _events;

    public Task<bool> ConnectAsync(ConnectedProxy proxy, CancellationToken cancellationToken)
    {
        _events.Enqueue($"connected {Name(proxy)}");
        return Task.FromResult(true);
    }

    public Task ReportAsync(ConnectedProxy proxy, WorkloadHealth health, CancellationToken cancellationToken)
    {
        _events.Enqueue($"{Name(proxy)} {(health.Healthy ? "healthy" : $"unhealthy: {health.Message}")}");
        return Task.CompletedTask;
    }

    public Task DisconnectAsync(ConnectedProxy proxy, DateTimeOffset at)
    {
        _events.Enqueue($"disconnected {Name(proxy)}");
        return Task.CompletedTask;
    }

    private static string Name(ConnectedProxy proxy) => $"{proxy.Namespace}/{proxy.WorkloadEntry}";
}
