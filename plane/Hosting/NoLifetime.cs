using Microsoft.Extensions.Hosting;

namespace Onboarding.Plane.Hosting;

/// <summary>Leaves signals alone: the program decides what happens on one, in which order.</summary>
internal sealed class NoLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
