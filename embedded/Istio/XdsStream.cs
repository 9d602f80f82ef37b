using Envoy.Config.Core.V3;
using Onboarding.Api.Identity;

namespace Onboarding.Embedded.Istio;

/// <summary>The state of one stream, whichever of the two protocols it speaks; from its opening until it is disposed of.</summary>
internal sealed partial class XdsStream(SpiffeId caller, IstiodOptions options, ILogger logger) : IAsyncDisposable
{
    /// <summary>Version of everything: it never changes.</summary>
    public const string Version = "1";

    // A hostile client may name as many types as it likes; a sidecar has a dozen.
    private const int MaximumTypes = 64;

    private readonly Dictionary<string, XdsSubscription> _subscriptions = new(StringComparer.Ordinal);
    private readonly DateTimeOffset _opened = options.TimeProvider.GetUtcNow();
    private ConnectedProxy? _proxy;
    private bool _isObserved;

    /// <summary>
    /// Takes a request. The first one is checked; health reports are passed on and have no answer; rejections are logged.
    /// </summary>
    /// <returns>The subscription that needs looking at; null if there is nothing to answer.</returns>
    /// <exception cref="Grpc.Core.RpcException">The proxy may not have the stream.</exception>
    public async Task<XdsSubscription?> TakeAsync(
        Node? node, string type, string nonce, Google.Rpc.Status? error, CancellationToken cancellation)
    {
        if (_proxy is null)
        {
            if (type == XdsTypes.Health)
            {
                return null;
            }

            ConnectedProxy proxy = XdsProxy.Admit(node, caller, _opened);
            _isObserved = options.ProxyObserver is { } observer && await observer.ConnectAsync(proxy, cancellation);
            _proxy = proxy;
            LogConnected(_proxy.Id, caller);
        }

        if (type == XdsTypes.Health)
        {
            await ReportAsync(_proxy, error, cancellation);
            return null;
        }

        if (error is not null)
        {
            LogRejected(_proxy.Id, type, error.Message);
            return null;
        }

        if (!_subscriptions.TryGetValue(type, out XdsSubscription? subscription))
        {
            if (_subscriptions.Count >= MaximumTypes)
            {
                throw new Grpc.Core.RpcException(new Grpc.Core.Status(Grpc.Core.StatusCode.ResourceExhausted, "too many resource types"));
            }

            subscription = _subscriptions[type] = new XdsSubscription();
        }

        // An answer to a response that another one has already replaced says nothing any more.
        return nonce.Length > 0 && subscription.Nonce.Length > 0 && nonce != subscription.Nonce ? null : subscription;
    }

    /// <summary>The stream has ended, however it did.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_proxy is { } proxy && _isObserved)
        {
            LogDisconnected(proxy.Id, caller);
            await options.ProxyObserver!.DisconnectAsync(proxy, options.TimeProvider.GetUtcNow());
        }
    }

    private async Task ReportAsync(ConnectedProxy proxy, Google.Rpc.Status? error, CancellationToken cancellation)
    {
        LogHealth(proxy.Id, error is null, error?.Message ?? "");
        if (_isObserved)
        {
            await options.ProxyObserver!.ReportAsync(
                proxy, new WorkloadHealth(error is null, error?.Message ?? "", options.TimeProvider.GetUtcNow()), cancellation);
        }
    }
}
