using Onboarding.Client.Ownership;

namespace Onboarding.Tests.Integration.OwnershipTests;

/// <summary>A service manager that does as it is told.</summary>
internal sealed class FakeServices(ServiceState state) : IServiceManager
{
    public Func<Task> OnStart { get; init; } = () => Task.CompletedTask;

    public List<string> Started { get; } = [];

    public Task<ServiceState> GetStateAsync(string service, CancellationToken cancellationToken) => Task.FromResult(state);

    public async Task StartAsync(string service, CancellationToken cancellationToken)
    {
        Started.Add(service);
        await OnStart();
    }
}
