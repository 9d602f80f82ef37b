using System.Net.Sockets;
using Onboarding.Api.Configuration;
using Onboarding.Client.Errors;

namespace Onboarding.Client.Channel;

/// <summary>Says why there is no connection to the endpoint.</summary>
internal static class ConnectFailure
{
    public static OnboardingException Explain(SocketException failure, OnboardingEndpoint endpoint)
    {
        (string host, int port) = (endpoint.Host, endpoint.Port);
        return failure.SocketErrorCode switch
        {
            SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain => new OnboardingException(
                ErrorIds.EndpointUnknownHost,
                $"onboardingEndpoint.host '{host}' doesn't resolve: {failure.Message}.",
                $"getent hosts {host}; then correct onboardingEndpoint.host or the machine's DNS",
                failure),
            SocketError.ConnectionRefused => new OnboardingException(
                ErrorIds.EndpointConnectionRefused,
                $"Nothing listens at {host}:{port}: the connection was refused.",
                $"curl -vk https://{host}:{port}; then correct onboardingEndpoint.port, or look whether the endpoint runs",
                failure),
            _ => new OnboardingException(
                ErrorIds.EndpointUnreachable,
                $"No connection to {host}:{port}: {failure.Message}.",
                $"curl -vk https://{host}:{port}; a firewall must let this machine reach that port",
                failure),
        };
    }

    /// <summary>Says why there is no connection to the proxy on the way to the endpoint.</summary>
    public static OnboardingException ExplainProxy(SocketException failure, string address, string proxy) => new(
        ErrorIds.EndpointUnreachable,
        $"No connection to {proxy}, the proxy that HTTPS_PROXY names on the way to {address}: {failure.Message}.",
        $"curl -vk -x {proxy} {address}; then correct HTTPS_PROXY, or put the endpoint's host into NO_PROXY",
        failure);
}
