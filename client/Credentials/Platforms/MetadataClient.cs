using System.Net;
using System.Net.Sockets;
using Onboarding.Client.Errors;

namespace Onboarding.Client.Credentials.Platforms;

/// <summary>
/// Talks to a cloud's metadata service: never by a proxy (it would answer with its own machine's identity, and see this one's), never
/// by a redirect (what answers must be the service itself), 64 KiB at most, and briefly.
/// </summary>
internal sealed class MetadataClient : IDisposable
{
    /// <summary>How long one request may take.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private const int Largest = 64 * 1024;
    private readonly HttpClient _client;
    private readonly string _service;
    private readonly string _check;

    /// <summary>Makes the client.</summary>
    /// <param name="service">Name of the service, for people.</param>
    /// <param name="check">Command by which a person checks the service.</param>
    /// <param name="patience">How long one request may take.</param>
    public MetadataClient(string service, string check, TimeSpan? patience = null)
    {
        _service = service;
        _check = check;
        _client = new HttpClient(new SocketsHttpHandler
        {
            UseProxy = false,
            AllowAutoRedirect = false,
            UseCookies = false,
            ActivityHeadersPropagator = null,
            ConnectTimeout = (patience ?? Patience) / 2,
            MaxResponseHeadersLength = 16,
        })
        {
            Timeout = patience ?? Patience,
            MaxResponseContentBufferSize = Largest,
        };
    }

    /// <summary>Asks; null if the service has nothing of that name (404).</summary>
    /// <exception cref="OnboardingException">There is no answer, or none useful.</exception>
    public async Task<string?> TryAskAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await SendAsync(request, cancellationToken);
        return response.StatusCode switch
        {
            HttpStatusCode.OK => await response.Content.ReadAsStringAsync(cancellationToken),
            HttpStatusCode.NotFound => null,
            >= HttpStatusCode.MultipleChoices and < HttpStatusCode.BadRequest => throw Refused(
                request, $"it sends elsewhere ({(int)response.StatusCode}), where this agent doesn't go: something poses as the service", _check),
            _ => throw Refused(request, $"it answered {(int)response.StatusCode}", _check),
        };
    }

    /// <summary>Asks for something that must be there.</summary>
    /// <exception cref="OnboardingException">There is no answer, or none useful.</exception>
    public async Task<string> AskAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        await TryAskAsync(request, cancellationToken) ?? throw Refused(request, "it has nothing there (404)", _check);

    /// <summary>Sends a request whatever the answer.</summary>
    /// <exception cref="OnboardingException"><see cref="ErrorIds.MetadataUnreachable"/>.</exception>
    public async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            return await _client.SendAsync(request, cancellationToken);
        }
        catch (Exception e) when (e is HttpRequestException or IOException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            string why = e is OperationCanceledException ? $"no answer within {_client.Timeout.TotalSeconds:0.#} s"
                : e.GetBaseException() is SocketException s ? s.Message
                : e.GetBaseException().Message;
            throw new OnboardingException(
                ErrorIds.MetadataUnreachable, $"{_service} can't be reached at {request.RequestUri!.GetLeftPart(UriPartial.Authority)}: {why}.", _check, e);
        }
    }

    public void Dispose() => _client.Dispose();

    /// <summary>The service's answer can't be used.</summary>
    public OnboardingException Refused(HttpRequestMessage request, string why, string next) =>
        new(ErrorIds.MetadataRefused, $"{_service} can't be used: asked for {request.RequestUri!.AbsolutePath}, {why}.", next);
}
