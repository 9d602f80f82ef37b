using System.Net.Sockets;
using Onboarding.Client.Channel;
using Onboarding.Client.Errors;
using Onboarding.Connections;

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
        Uri endpoint = new UriBuilder(Uri.UriSchemeHttps, host, port).Uri;
        var environment = new EnvironmentProxy();
        Uri? proxy = environment.GetProxy(endpoint);
        try
        {
            // Beyond a proxy the next check looks.
            using Socket socket = await Dialer.ConnectAsync(proxy?.IdnHost ?? host, proxy?.Port ?? port, both.Token);
            string by = proxy is null ? "" : $", the proxy that HTTPS_PROXY names for {host}:{port}";
            return CheckOutcome.Pass($"{EndPointText.Format(socket.LocalEndPoint)} reaches {EndPointText.Format(socket.RemoteEndPoint)}{by}");
        }
        catch (SocketException e)
        {
            return CheckOutcome.Fail(proxy is null
                ? ConnectFailure.Explain(e, context.Endpoint)
                : ConnectFailure.ExplainProxy(e, endpoint.GetLeftPart(UriPartial.Authority), environment.Name(endpoint)!));
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
