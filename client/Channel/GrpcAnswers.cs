using System.Globalization;
using System.Net;
using Onboarding.Client.Errors;

namespace Onboarding.Client.Channel;

/// <summary>Lets only gRPC's answers through: a load balancer's error page and a wrong port must be told as what they are.</summary>
/// <param name="inner">Sends.</param>
/// <param name="address">Where calls go, for people.</param>
/// <param name="serverName">
/// The name to ask the server for, and to expect in its certificate, where it isn't that of the address: the handler below takes it from the
/// Host header. That is how <c>host</c> may be a bare IP or the name of a load balancer.
/// </param>
internal sealed class GrpcAnswers(HttpMessageHandler inner, string address, string? serverName = null) : DelegatingHandler(inner)
{
    private const string MediaType = "application/grpc";

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.Headers.Host = serverName;
        HttpResponseMessage response = await base.SendAsync(request, cancellationToken);
        string? type = response.Content.Headers.ContentType?.MediaType;
        if (response.StatusCode == HttpStatusCode.OK && type?.StartsWith(MediaType, StringComparison.OrdinalIgnoreCase) == true)
        {
            return !response.Headers.Contains("grpc-encoding") ? response : throw Answered("a compressed message, which it wasn't asked for");
        }

        string status = ((int)response.StatusCode).ToString(CultureInfo.InvariantCulture);
        response.Dispose();
        throw Answered($"HTTP {status}{(type is null ? "" : $" and {type}")}, not with gRPC");
    }

    private OnboardingException Answered(string with) => new(
        ErrorIds.EndpointUnreachable,
        $"{address} answered with {with}: it isn't the onboarding endpoint, or a proxy before it can't reach it.",
        $"curl -vk {address}; then correct onboardingEndpoint.host and port, or the proxy");
}
