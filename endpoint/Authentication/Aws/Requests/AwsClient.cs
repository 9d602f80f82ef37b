using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Onboarding.Api.Proofs.Aws;
using Onboarding.Connections;

namespace Onboarding.Endpoint.Authentication.Aws.Requests;

/// <summary>
/// Sends requests that workloads signed, each rebuilt by <see cref="AwsRequest"/>: https, no redirects (the answer must be AWS's),
/// at most 64 KiB in 10 s; by the proxy that <c>HTTPS_PROXY</c> names, but for a private endpoint.
/// </summary>
internal sealed class AwsClient : IDisposable
{
    private const int LargestAnswer = 64 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private readonly HttpClient _client;

    /// <summary>Makes the client.</summary>
    /// <param name="address">Where to connect instead of the name of the service: a private endpoint of the network, or a test's. The certificate must still be of the service's name.</param>
    /// <param name="authorities">Gives the authorities to trust, asked at each handshake, instead of the system's, or null.</param>
    public AwsClient(DnsEndPoint? address, Func<X509Certificate2Collection>? authorities)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = address is null,
            Proxy = new EnvironmentProxy(),
            UseCookies = false,
            ActivityHeadersPropagator = null,
            MaxResponseHeadersLength = 16,
            ConnectTimeout = TimeSpan.FromSeconds(5),
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        };
        handler.ConnectCallback = address is null
            ? Dialer.ConnectAsync
            : async (_, cancellationToken) => new NetworkStream(await Dialer.ConnectAsync(address.Host, address.Port, cancellationToken), ownsSocket: true);

        if (authorities is not null)
        {
            handler.SslOptions = ServerTrust.By(authorities);
        }

        _client = new HttpClient(handler) { Timeout = Patience, MaxResponseContentBufferSize = LargestAnswer };
    }

    /// <summary>Sends a request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="signed">Who signed it, checked for form.</param>
    /// <param name="challenge">What it must be tied to.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="AwsRefusedException">The signature is no good, or may not ask this.</exception>
    /// <exception cref="AwsUnavailableException">There is no answer to be had.</exception>
    public async Task<AwsAnswer> SendAsync(AwsRequest request, SignedBy signed, string challenge, CancellationToken cancellationToken)
    {
        using HttpRequestMessage message = Build(request, signed, challenge);
        try
        {
            using HttpResponseMessage response = await _client.SendAsync(message, cancellationToken);
            byte[] body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
            return response.StatusCode switch
            {
                HttpStatusCode.OK => new AwsAnswer(response.Content.Headers.ContentType?.MediaType, body),
                HttpStatusCode.BadRequest or HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden =>
                    throw new AwsRefusedException($"{request.Host} answered {(int)response.StatusCode}: {Printable(body)}"),
                _ => throw new AwsUnavailableException($"{request.Host} answered {(int)response.StatusCode}"),
            };
        }
        catch (Exception e) when (e is HttpRequestException or IOException
            || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new AwsUnavailableException($"{request.Host} can't be asked: {e.GetBaseException().Message}", e);
        }
    }

    public void Dispose() => _client.Dispose();

    private static HttpRequestMessage Build(AwsRequest request, SignedBy signed, string challenge)
    {
        IReadOnlyList<(string Name, string Value)> headers = request.Headers(signed.AmzDate, signed.SecurityToken, challenge);
        var message = new HttpRequestMessage(HttpMethod.Post, new Uri($"https://{request.Host}/"))
        {
            Content = new ByteArrayContent(Encoding.UTF8.GetBytes(request.Body)),
        };
        foreach ((string name, string value) in headers)
        {
            if (name == "content-type")
            {
                message.Content.Headers.TryAddWithoutValidation(name, value);
            }
            else
            {
                message.Headers.TryAddWithoutValidation(name, value);
            }
        }

        message.Headers.TryAddWithoutValidation(
            "authorization", request.Authorization(signed.AccessKeyId, signed.Signature.Span, headers, signed.AmzDate));
        return message;
    }

    // For the audit log. AWS's error bodies name the access key at most.
    private static string Printable(byte[] body)
    {
        string text = Encoding.UTF8.GetString(body.AsSpan(0, Math.Min(body.Length, 300)));
        return string.Concat(text.Select(c => c is >= ' ' and <= '~' ? c : ' '));
    }
}

/// <summary>An answer of AWS with status 200.</summary>
/// <param name="MediaType">Its content type without parameters.</param>
/// <param name="Body">Its body.</param>
internal sealed record AwsAnswer(string? MediaType, ReadOnlyMemory<byte> Body);

/// <summary>AWS didn't take the signature.</summary>
internal sealed class AwsRefusedException(string message) : Exception(message);

/// <summary>AWS didn't answer, or answered what says nothing about the request.</summary>
internal sealed class AwsUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
