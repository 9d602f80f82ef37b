using System.Threading.Channels;
using Grpc.Core;
using Grpc.Health.V1;
using ServingStatus = Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus;

namespace Grpc.HealthCheck;

/// <summary>
/// gRPC's health service (https://github.com/grpc/grpc/blob/master/doc/health-checking.md). What serves says so with
/// <see cref="SetStatus"/>; register the instance as a singleton and map it. Thread-safe.
/// </summary>
public class HealthServiceImpl : Health.V1.Health.HealthBase
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, ServingStatus> _statuses = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<Channel<ServingStatus>>> _watchers = new(StringComparer.Ordinal);

    /// <summary>Says what a service is; watchers are told if that is new.</summary>
    /// <param name="service">Full name of the service; empty for the whole server.</param>
    /// <param name="status">What it is.</param>
    public void SetStatus(string service, ServingStatus status)
    {
        ArgumentNullException.ThrowIfNull(service);
        lock (_lock)
        {
            if (!_statuses.TryGetValue(service, out ServingStatus before) || before != status)
            {
                _statuses[service] = status;
                Tell(service, status);
            }
        }
    }

    /// <summary>Forgets a service; its watchers see <c>SERVICE_UNKNOWN</c>.</summary>
    /// <param name="service">Full name of the service; empty for the whole server.</param>
    public void ClearStatus(string service)
    {
        ArgumentNullException.ThrowIfNull(service);
        lock (_lock)
        {
            if (_statuses.Remove(service))
            {
                Tell(service, ServingStatus.ServiceUnknown);
            }
        }
    }

    /// <summary>Forgets all services.</summary>
    public void ClearAll()
    {
        lock (_lock)
        {
            foreach (string service in _statuses.Keys.ToArray())
            {
                ClearStatus(service);
            }
        }
    }

    /// <inheritdoc />
    public override Task<HealthCheckResponse> Check(HealthCheckRequest request, ServerCallContext context)
    {
        ArgumentNullException.ThrowIfNull(request);
        lock (_lock)
        {
            return _statuses.TryGetValue(request.Service, out ServingStatus status)
                ? Task.FromResult(new HealthCheckResponse { Status = status })
                : throw new RpcException(new Status(StatusCode.NotFound, "This server doesn't have that service."));
        }
    }

    /// <inheritdoc />
    public override async Task Watch(
        HealthCheckRequest request, IServerStreamWriter<HealthCheckResponse> responseStream, ServerCallContext context)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(responseStream);
        ArgumentNullException.ThrowIfNull(context);

        // A watcher that reads slowly learns the latest status, not every one: nothing piles up for it.
        var news = Channel.CreateBounded<ServingStatus>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });
        Subscribe(request.Service, news);
        try
        {
            await foreach (ServingStatus status in news.Reader.ReadAllAsync(context.CancellationToken))
            {
                await responseStream.WriteAsync(new HealthCheckResponse { Status = status });
            }
        }
        finally
        {
            Unsubscribe(request.Service, news);
        }
    }

    private void Subscribe(string service, Channel<ServingStatus> news)
    {
        lock (_lock)
        {
            if (!_watchers.TryGetValue(service, out HashSet<Channel<ServingStatus>>? watchers))
            {
                _watchers[service] = watchers = [];
            }

            watchers.Add(news);
            news.Writer.TryWrite(_statuses.GetValueOrDefault(service, ServingStatus.ServiceUnknown));
        }
    }

    private void Unsubscribe(string service, Channel<ServingStatus> news)
    {
        lock (_lock)
        {
            // Names come from clients: an entry without watchers must not stay.
            if (_watchers[service].Remove(news) && _watchers[service].Count == 0)
            {
                _watchers.Remove(service);
            }
        }
    }

    private void Tell(string service, ServingStatus status)
    {
        foreach (Channel<ServingStatus> watcher in _watchers.GetValueOrDefault(service, []))
        {
            watcher.Writer.TryWrite(status);
        }
    }
}
