using Onboarding.Embedded.Istio;

namespace Onboarding.Tests.IstiodRevision;

/// <summary>Says which proxies have come to it.</summary>
/// <param name="output">Where to.</param>
internal sealed class PrintedProxies(TextWriter output) : IProxyObserver
{
    /// <inheritdoc />
    public async Task<bool> ConnectAsync(ConnectedProxy proxy, CancellationToken cancellationToken)
    {
        await output.WriteLineAsync(proxy.Id);
        return false;
    }

    /// <inheritdoc />
    public Task ReportAsync(ConnectedProxy proxy, WorkloadHealth health, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc />
    public Task DisconnectAsync(ConnectedProxy proxy, DateTimeOffset at) => Task.CompletedTask;
}
