using System.Net;
using System.Net.Sockets;
using Onboarding.Client.Channel;
using Onboarding.Connections;

namespace Onboarding.Client.Checks.Remote;

/// <summary>The endpoint's name resolves.</summary>
internal sealed class NameResolutionCheck : IOnboardingCheck
{
    public string Category => "Plane";

    public string Name => "name resolution";

    public IReadOnlyList<string> DependsOn => [];

    public async Task<CheckOutcome> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        var environment = new EnvironmentProxy();
        if (environment.Name(new UriBuilder(Uri.UriSchemeHttps, context.Endpoint.Host, context.Endpoint.Port).Uri) is { } proxy)
        {
            return CheckOutcome.Pass($"the proxy {proxy} looks {context.Endpoint.Host} up");
        }

        try
        {
            IPAddress[] addresses = await Dns.GetHostAddressesAsync(context.Endpoint.Host, cancellationToken);
            return CheckOutcome.Pass($"{context.Endpoint.Host} is {string.Join(", ", addresses.Take(4).Select(a => a.ToString()))}");
        }
        catch (SocketException e)
        {
            return CheckOutcome.Fail(ConnectFailure.Explain(e, context.Endpoint));
        }
    }
}
