using System.Net;
using System.Security.Cryptography.X509Certificates;
using Onboarding.Connections;

namespace Onboarding.Endpoint.Authentication.Anchors;

/// <summary>Trust anchors below an https URL: for fleets of planes whose anchors are kept in one place.</summary>
internal sealed class WebAnchorFiles : ITrustAnchorFiles, IDisposable
{
    private const int Largest = 1024 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private readonly Uri _place;
    private readonly HttpClient _client;

    private WebAnchorFiles(Uri place, HttpClient client)
    {
        _place = place;
        _client = client;
    }

    public string Place => _place.ToString();

    /// <summary>The files below a URL, which ends with a slash. No redirects, limited in size and time.</summary>
    /// <param name="place">The URL.</param>
    /// <param name="authorities">Gives the authorities to trust, asked at each handshake, for its server instead of the system's, or null.</param>
    public static WebAnchorFiles At(Uri place, Func<X509Certificate2Collection>? authorities)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            Proxy = new EnvironmentProxy(),
            ConnectCallback = Dialer.ConnectAsync,
            UseCookies = false,
            MaxResponseHeadersLength = 16,
        };
        if (authorities is not null)
        {
            handler.SslOptions = ServerTrust.By(authorities);
        }

        return new WebAnchorFiles(place, new HttpClient(handler) { Timeout = Patience, MaxResponseContentBufferSize = Largest });
    }

    public async Task<string?> ReadAsync(string name, CancellationToken cancellationToken)
    {
        var uri = new Uri(_place, name);
        try
        {
            using HttpResponseMessage response = await _client.GetAsync(uri, cancellationToken);
            return response.StatusCode switch
            {
                HttpStatusCode.OK => await response.Content.ReadAsStringAsync(cancellationToken),
                HttpStatusCode.NotFound => null,
                _ => throw new TrustAnchorException($"{uri} answered {(int)response.StatusCode}"),
            };
        }
        catch (Exception e) when (e is HttpRequestException or InvalidOperationException
            || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new TrustAnchorException($"{uri} can't be fetched: {e.GetBaseException().Message}", e);
        }
    }

    public void Dispose() => _client.Dispose();
}
