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
    public static OnboardingException Explain(Exception cause, string address) => new(
        ErrorIds.EndpointUnreachable,
        $"The plane at {address} can't be reached: {Describe(cause)}.",
        $"curl -vk {address}; then look whether the endpoint runs",
        cause);

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
                case HttpRequestException { HttpRequestError: HttpRequestError.VersionNegotiationError }:
                    return "it doesn't speak HTTP/2, which gRPC needs";
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
