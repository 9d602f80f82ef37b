using Envoy.Service.Discovery.V3;
using Grpc.Core;
using Onboarding.Api.Identity;

namespace Onboarding.Embedded.Istio;

/// <summary>Answers sidecars: a mesh without routes, which is enough for a sidecar to become ready.</summary>
internal sealed class XdsService(
    ProxyAuthenticator authenticator, IstiodOptions options, IstiodLifetime lifetime, ILogger<XdsService> logger)
    : AggregatedDiscoveryService.AggregatedDiscoveryServiceBase
{
    private const string Refusal = "authentication failure";

    public override async Task StreamAggregatedResources(
        IAsyncStreamReader<DiscoveryRequest> requestStream,
        IServerStreamWriter<DiscoveryResponse> responseStream,
        ServerCallContext context)
    {
        await using XdsStream stream = await OpenAsync(context);
        await EachAsync(requestStream, context, async (request, cancellation) =>
        {
            XdsSubscription? subscription =
                await stream.TakeAsync(request.Node, request.TypeUrl, request.ResponseNonce, request.ErrorDetail, cancellation);
            bool first = subscription?.Nonce.Length == 0;
            if (subscription is not null && (subscription.Replace(request.ResourceNames) || first))
            {
                var response = new DiscoveryResponse
                {
                    TypeUrl = request.TypeUrl,
                    VersionInfo = XdsStream.Version,
                    Nonce = subscription.NextNonce(),
                };
                response.Resources.AddRange(
                    XdsTypes.Resources(request.TypeUrl, subscription.Names, XdsStream.Version).Select(r => r.Resource_));
                await responseStream.WriteAsync(response, cancellation);
            }
        });
    }

    public override async Task DeltaAggregatedResources(
        IAsyncStreamReader<DeltaDiscoveryRequest> requestStream,
        IServerStreamWriter<DeltaDiscoveryResponse> responseStream,
        ServerCallContext context)
    {
        await using XdsStream stream = await OpenAsync(context);
        await EachAsync(requestStream, context, async (request, cancellation) =>
        {
            XdsSubscription? subscription =
                await stream.TakeAsync(request.Node, request.TypeUrl, request.ResponseNonce, request.ErrorDetail, cancellation);
            bool first = subscription?.Nonce.Length == 0;
            if (subscription is not null
                && (subscription.Change(request.ResourceNamesSubscribe, request.ResourceNamesUnsubscribe) || first))
            {
                var response = new DeltaDiscoveryResponse
                {
                    TypeUrl = request.TypeUrl,
                    SystemVersionInfo = XdsStream.Version,
                    Nonce = subscription.NextNonce(),
                };
                IEnumerable<string> names = first ? subscription.Names : request.ResourceNamesSubscribe;
                response.Resources.AddRange(XdsTypes.Resources(request.TypeUrl, names, XdsStream.Version));
                await responseStream.WriteAsync(response, cancellation);
            }
        });
    }

    private async Task<XdsStream> OpenAsync(ServerCallContext context)
    {
        SpiffeId caller = await authenticator.AuthenticateAsync(context, Refusal);

        // Headers first: a sidecar takes the stream as open when they arrive, before it has asked for anything.
        await context.WriteResponseHeadersAsync([]);
        return new XdsStream(caller, options, logger);
    }

    private async Task EachAsync<T>(
        IAsyncStreamReader<T> requests, ServerCallContext context, Func<T, CancellationToken, Task> handle)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, lifetime.Stopping);
        try
        {
            await foreach (T request in requests.ReadAllAsync(either.Token))
            {
                await handle(request, either.Token);
            }
        }
        catch (Exception e) when (lifetime.Stopping.IsCancellationRequested && e is OperationCanceledException or IOException or RpcException)
        {
            throw new RpcException(new Status(StatusCode.Unavailable, "istiod is shutting down"));
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // The sidecar has gone: it cancelled its stream, or its connection broke.
        }
    }
}
