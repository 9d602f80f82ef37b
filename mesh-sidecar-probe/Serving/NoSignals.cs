using Microsoft.Extensions.Hosting;

namespace Onboarding.SidecarProbe.Serving;

/// <summary>A host that leaves signals to others.</summary>
internal sealed class NoSignals : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
