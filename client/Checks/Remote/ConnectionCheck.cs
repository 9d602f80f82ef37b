using System.Net;
using System.Net.Sockets;
using Onboarding.Client.Channel;
using Onboarding.Client.Errors;

namespace Onboarding.Client.Checks.Remote;

/// <summary>Something listens at the endpoint's port.</summary>
internal sealed class ConnectionCheck : IOnboardingCheck
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public string Category => "Plane";

    public string Name => "connection";

    public IReadOnlyList<string> DependsOn => ["name resolution"];

    public async Task<CheckOutcome> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        (string host, int port) = (context.Endpoint.Host, context.Endpoint.Port);
        using var patience = new CancellationTokenSource(Patience, context.Time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(new DnsEndPoint(host, port), both.Token);
            return CheckOutcome.Pass($"{EndPointText.Of(socket.LocalEndPoint)} reaches {EndPointText.Of(socket.RemoteEndPoint)}");
        }
        catch (SocketException e)
        {
            return CheckOutcome.Fail(ConnectFailure.Explain(e, context.Endpoint));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return CheckOutcome.Fail(
                ErrorIds.EndpointUnreachable,
                $"{host}:{port} doesn't answer within {Patience.TotalSeconds} s: a firewall on the way drops packets.",
                $"let this machine reach TCP port {port} of {host}; then: curl -vk https://{host}:{port}");
        }
    }
}
