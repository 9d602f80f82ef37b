using System.Net.Sockets;
using System.Security.Authentication;
using Google.Protobuf;
using Onboarding.Client.Errors;

namespace Onboarding.Client.Channel;

/// <summary>
/// Says why a call got no answer at all. The libraries below say it in texts of their own, with type names and their settings in them,
/// which tell nothing to the person at the machine.
/// </summary>
internal static class TransportFailure
{
    /// <param name="cause">What broke.</param>
    /// <param name="address">Where the call went.</param>
    /// <param name="proxy">The proxy on the way; null if there is none.</param>
    public static OnboardingException Explain(Exception cause, string address, string? proxy = null)
    {
        string way = proxy is null ? "" : $" by the proxy {proxy}";
        string curl = $"curl -vk{(proxy is null ? "" : $" -x {proxy}")} {address}";
        for (Exception? e = cause; e is not null; e = e.InnerException)
        {
            if (e is HttpRequestException { HttpRequestError: HttpRequestError.VersionNegotiationError })
            {
                return Unreachable(
                    cause,
                    $"{address} was reached{way}, and its TLS offers no HTTP/2 (no \"h2\" by ALPN), which gRPC needs: a load balancer or a proxy ends TLS before the endpoint.",
                    $"openssl s_client -connect {address["https://".Length..]} -alpn h2 </dev/null; then let the load balancer pass TCP through (or offer h2 and speak HTTP/2 to the endpoint)");
            }

            if (e is HttpRequestException { HttpRequestError: HttpRequestError.ProxyTunnelError } refused)
            {
                string status = refused.StatusCode is { } code ? $" ({(int)code})" : "";
                return Unreachable(
                    cause,
                    $"The plane at {address} can't be reached: the proxy {proxy} that HTTPS_PROXY names doesn't connect to it{status}.",
                    $"{curl}; then let the proxy connect to that port, or put the endpoint's host into NO_PROXY");
            }
        }

        return Unreachable(
            cause, $"The plane at {address} can't be reached{way}: {Describe(cause)}.", $"{curl}; then look whether the endpoint runs");
    }

    private static OnboardingException Unreachable(Exception cause, string message, string next) =>
        new(ErrorIds.EndpointUnreachable, message, next, cause);

    private static string Describe(Exception cause)
    {
        for (Exception? e = cause; e is not null; e = e.InnerException)
        {
            switch (e)
            {
                case SocketException socket:
                    return $"the connection broke ({socket.Message})";
                case AuthenticationException:
                    return "the TLS handshake failed; the port must speak TLS 1.2 or newer, and HTTP/2 over it";
                case HttpProtocolException protocol:
                    return $"it ended the call (HTTP/2 error {protocol.ErrorCode})";
                case HttpRequestException { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded }:
                    return "the headers of its answer are larger than allowed";
                case InvalidProtocolBufferException or InvalidDataException:
                    return "its answer is broken";
                case TimeoutException or OperationCanceledException:
                    return "it didn't answer in time";
                default:
                    break;
            }
        }

        return "the connection closed before the answer was complete";
    }
}
