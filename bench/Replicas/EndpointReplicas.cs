using Grpc.Net.Client;
using Onboarding.Bench.Joins;
using Onboarding.Testing;

namespace Onboarding.Bench.Replicas;

/// <summary>Endpoints on one cluster; members take them in turn.</summary>
internal sealed class EndpointReplicas : IAsyncDisposable
{
    private readonly List<(TemporaryDirectory Directory, EndpointProcess Endpoint, BenchJoins Joins)> _all = [];

    public static async Task<EndpointReplicas> StartAsync(int count, string kubeconfig, BenchIssuer issuer)
    {
        var replicas = new EndpointReplicas();
        for (int i = 0; i < count; i++)
        {
            var directory = new TemporaryDirectory();
            EndpointProcess endpoint = await EndpointProcess.StartAsync(directory, kubeconfig, $"bench-{i}");
            replicas._all.Add((directory, endpoint, new BenchJoins(endpoint, issuer)));
        }

        return replicas;
    }

    /// <summary>Processor time that all of them used.</summary>
    public TimeSpan ProcessorTime => _all.Aggregate(TimeSpan.Zero, (sum, one) => sum + one.Endpoint.ProcessorTime);

    public Task JoinAsync(int number, string subject) => _all[number % _all.Count].Joins.JoinAsync(subject);

    public GrpcChannel Dial(int number) => _all[number % _all.Count].Endpoint.Dial();

    public async ValueTask DisposeAsync()
    {
        foreach ((TemporaryDirectory directory, EndpointProcess endpoint, BenchJoins joins) in _all)
        {
            joins.Dispose();
            await endpoint.DisposeAsync();
            directory.Dispose();
        }
    }
}
