using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Onboarding.Connections;

namespace Onboarding.Endpoint.Authentication.Jwt;

/// <summary>
/// Fetches an issuer's documents: https only, no redirects (an issuer decides by its URL, not by where it sends us), at most 1 MiB in
/// 10 s. By the proxy that <c>HTTPS_PROXY</c> names, if there is one: what this machine knows of the name's addresses is checked before,
/// and the certificate must be of the name.
/// </summary>
internal sealed class IssuerHttpClient : IDisposable
{
    private const int LargestDocument = 1024 * 1024;
    private static readonly TimeSpan DefaultPatience = TimeSpan.FromSeconds(10);
    private readonly EnvironmentProxy _proxy = new();
    private readonly IssuerAddresses _addresses;
    private readonly HttpClient _client;

    /// <summary>Makes the client.</summary>
    /// <param name="addresses">Addresses that may be asked.</param>
    /// <param name="authorities">Gives the authorities to trust, asked at each handshake, instead of the system's, or null.</param>
    /// <param name="patience">How long a request may take, the answer's body included; null for 10 s.</param>
    public IssuerHttpClient(IssuerAddresses addresses, Func<X509Certificate2Collection>? authorities, TimeSpan? patience = null)
    {
        _addresses = addresses;
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            Proxy = _proxy,
            UseCookies = false,
            ConnectCallback = ConnectAsync,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            MaxResponseHeadersLength = 32,
        };
        if (authorities is not null)
        {
            handler.SslOptions = ServerTrust.By(authorities);
        }

        _client = new HttpClient(handler) { Timeout = patience ?? DefaultPatience, MaxResponseContentBufferSize = LargestDocument };
    }

    /// <summary>Fetches a JSON document.</summary>
    /// <exception cref="IssuerKeysException">It can't be had.</exception>
    public Task<string> GetAsync(Uri uri, CancellationToken cancellationToken) => uri.Scheme == Uri.UriSchemeHttps
        ? SendAsync(uri, "application/json", content => content.ReadAsStringAsync(cancellationToken), cancellationToken)
        : throw new IssuerKeysException($"{uri} isn't an https URL");

    /// <summary>Fetches something that is checked for itself, and so may come over http, too: a certificate.</summary>
    /// <exception cref="IssuerKeysException">It can't be had, or is larger.</exception>
    public async Task<byte[]> GetBytesAsync(Uri uri, int largest, CancellationToken cancellationToken)
    {
        byte[] bytes = await SendAsync(uri, "*/*", content => content.ReadAsByteArrayAsync(cancellationToken), cancellationToken);
        return bytes.Length <= largest ? bytes : throw new IssuerKeysException($"{uri} is larger than {largest} bytes");
    }

    public void Dispose() => _client.Dispose();

    private async Task<T> SendAsync<T>(Uri uri, string accept, Func<HttpContent, Task<T>> read, CancellationToken cancellationToken)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, uri);
            request.Headers.Accept.ParseAdd(accept);
            using HttpResponseMessage response = await _client.SendAsync(request, cancellationToken);
            return response.StatusCode == HttpStatusCode.OK
                ? await read(response.Content)
                : throw new IssuerKeysException($"{uri} answered {(int)response.StatusCode} instead of 200");
        }
        catch (Exception e) when (e is HttpRequestException or InvalidOperationException
            || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new IssuerKeysException($"{uri} can't be fetched: {e.GetBaseException().Message}", e);
        }
    }

    // The check is made on the addresses that are then connected to: a name that resolves differently a moment later gains nothing.
    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        Uri asked = context.InitialRequestMessage.RequestUri!;
        string host = asked.IdnHost;
        bool isDirect = _proxy.GetProxy(asked) is null;
        IPAddress[] all = await ResolveAsync(host, isDirect, cancellationToken);
        IPAddress[] allowed = [.. all.Where(_addresses.Allows)];
        if (allowed.Length == 0 && (isDirect || all.Length > 0))
        {
            throw new HttpRequestException(
                $"{host} is at {string.Join(", ", all.Select(a => a.ToString()))}, which issuers' keys aren't fetched from "
                + "(see --allow-private-issuers and --allow-loopback-issuers)");
        }

        if (!isDirect)
        {
            return await Dialer.ConnectAsync(context, cancellationToken);
        }

        Socket socket = await Dialer.ConnectAsync(allowed, context.DnsEndPoint.Port, TimeProvider.System, cancellationToken);
        return new NetworkStream(socket, ownsSocket: true);
    }

    // Behind a proxy there may be no DNS for names outside.
    private static async Task<IPAddress[]> ResolveAsync(string host, bool isDirect, CancellationToken cancellationToken)
    {
        try
        {
            return IPAddress.TryParse(host, out IPAddress? literal) ? [literal] : await Dns.GetHostAddressesAsync(host, cancellationToken);
        }
        catch (SocketException) when (!isDirect)
        {
            return [];
        }
    }
}
