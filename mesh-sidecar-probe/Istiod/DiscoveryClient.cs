using System.Security.Cryptography.X509Certificates;
using Envoy.Service.Discovery.V3;
using Grpc.Core;
using Onboarding.SidecarProbe.Boot;

namespace Onboarding.SidecarProbe.Istiod;

/// <summary>Opens discovery streams.</summary>
internal sealed class DiscoveryClient(SidecarIdentity sidecar, TimeProvider time)
{
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(15);

    /// <summary>Opens a stream of the state-of-the-world protocol, gets and acknowledges the first resources, closes it.</summary>
    /// <exception cref="BootProblemException">istiod refuses; says which value is wrong.</exception>
    public Task CheckStateOfTheWorldAsync(X509Certificate2? certificate, bool withToken, CancellationToken cancellation) =>
        RunAsync(certificate, withToken, async (client, headers, limit) =>
        {
            using AsyncDuplexStreamingCall<DiscoveryRequest, DiscoveryResponse> call =
                client.StreamAggregatedResources(headers, cancellationToken: limit.Token);
            foreach (string type in DiscoveryTypes.InOrder)
            {
                await call.RequestStream.WriteAsync(new DiscoveryRequest { Node = SidecarNode.Create(sidecar), TypeUrl = type }, limit.Token);
                Require(await call.ResponseStream.MoveNext(limit.Token) && call.ResponseStream.Current.TypeUrl == type, type);
                DiscoveryResponse answer = call.ResponseStream.Current;
                await call.RequestStream.WriteAsync(
                    new DiscoveryRequest { TypeUrl = type, VersionInfo = answer.VersionInfo, ResponseNonce = answer.Nonce }, limit.Token);
            }

            await call.RequestStream.CompleteAsync();
        }, cancellation);

    /// <summary>The same by the delta protocol; holds the stream open afterwards until it ends or <paramref name="hold"/> fires.</summary>
    /// <param name="certificate">Presented; null for none.</param>
    /// <param name="withToken">Whether the token is sent.</param>
    /// <param name="opened">Told when the first resources are there; null closes the stream then.</param>
    /// <param name="hold">Ends the stream.</param>
    /// <exception cref="BootProblemException">istiod refuses; says which value is wrong.</exception>
    public Task DeltaAsync(X509Certificate2? certificate, bool withToken, Action? opened, CancellationToken hold) =>
        RunAsync(certificate, withToken, async (client, headers, limit) =>
        {
            using AsyncDuplexStreamingCall<DeltaDiscoveryRequest, DeltaDiscoveryResponse> call =
                client.DeltaAggregatedResources(headers, cancellationToken: limit.Token);
            foreach (string type in DiscoveryTypes.InOrder)
            {
                await call.RequestStream.WriteAsync(
                    new DeltaDiscoveryRequest { Node = SidecarNode.Create(sidecar), TypeUrl = type }, limit.Token);
                Require(await call.ResponseStream.MoveNext(limit.Token) && call.ResponseStream.Current.TypeUrl == type, type);
                await AcknowledgeAsync(call, limit.Token);
            }

            if (opened is null)
            {
                await call.RequestStream.CompleteAsync();
                return;
            }

            limit.CancelAfter(Timeout.InfiniteTimeSpan);
            opened();
            while (await call.ResponseStream.MoveNext(hold))
            {
                await AcknowledgeAsync(call, hold);
            }
        }, hold);

    private static Task AcknowledgeAsync(
        AsyncDuplexStreamingCall<DeltaDiscoveryRequest, DeltaDiscoveryResponse> call, CancellationToken cancellation) =>
        call.RequestStream.WriteAsync(
            new DeltaDiscoveryRequest { TypeUrl = call.ResponseStream.Current.TypeUrl, ResponseNonce = call.ResponseStream.Current.Nonce },
            cancellation);

    private async Task RunAsync(
        X509Certificate2? certificate,
        bool withToken,
        Func<AggregatedDiscoveryService.AggregatedDiscoveryServiceClient, Metadata, CancellationTokenSource, Task> use,
        CancellationToken cancellation)
    {
        using var connection = new IstiodConnection(sidecar.DiscoveryAddress, "defaultConfig.discoveryAddress", sidecar.Boot, certificate);
        var client = new AggregatedDiscoveryService.AggregatedDiscoveryServiceClient(connection.Channel);
        Metadata headers = withToken
            ? await CallHeaders.WithTokenAsync(sidecar, sidecar.ClusterId, cancellation)
            : CallHeaders.Without(sidecar.ClusterId);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(AnswerLimit);
        try
        {
            await use(client, headers, limit);
        }
        catch (RpcException e) when (!cancellation.IsCancellationRequested)
        {
            throw new BootProblemException(connection.Explain(e) ?? Refused(e.Status, certificate is not null && !withToken), e);
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw new BootProblemException(
                Refused(new Status(StatusCode.DeadlineExceeded, $"no answer within {AnswerLimit.TotalSeconds} s"), byCertificate: false), e);
        }
    }

    private BootProblem Refused(Status status, bool byCertificate) => status.StatusCode switch
    {
        StatusCode.Unauthenticated => byCertificate
            ? Problem("istiod", "certificate", "istiod doesn't take the certificate it issued itself")
            : Problem(BootFileNames.Token, BootFileNames.Token, "istiod answers Unauthenticated: it doesn't take the token"),
        StatusCode.PermissionDenied => Problem(
            BootFileNames.ClusterEnv, "POD_NAMESPACE, SERVICE_ACCOUNT", $"istiod answers PermissionDenied: {status.Detail}"),
        _ => Problem(
            BootFileNames.MeshYaml,
            "defaultConfig.discoveryAddress",
            $"discovery at {sidecar.DiscoveryAddress} failed at {time.GetUtcNow():u}: {status}"),
    };

    private static void Require(bool answered, string type)
    {
        if (!answered)
        {
            throw new BootProblemException(Problem(
                BootFileNames.MeshYaml, "defaultConfig.discoveryAddress", $"the server there didn't answer a request for {type}"));
        }
    }

    private static BootProblem Problem(string file, string value, string message) => new("istiod-discovery", file, value, message);
}

/// <summary>The resources a sidecar starts with, in the order it asks for them.</summary>
internal static class DiscoveryTypes
{
    public static readonly string[] InOrder =
    [
        "type.googleapis.com/envoy.config.cluster.v3.Cluster",
        "type.googleapis.com/envoy.config.listener.v3.Listener",
        "type.googleapis.com/istio.networking.nds.v1.NameTable",
    ];
}
