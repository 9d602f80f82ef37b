using System.Globalization;
using System.Text.Json;

namespace Onboarding.Client.Sidecar;

/// <summary>Asks a sidecar on loopback, in the form of Envoy's <c>/certs</c>, when its certificate expires.</summary>
internal static class SidecarCertificate
{
    private const int LongestAnswer = 256 * 1024;
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(1);

    // No proxy, whatever the environment says: this never leaves the machine. Made when first asked: most agents never are.
    private static readonly Lazy<HttpClient> Client = new(() => new HttpClient(
        new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromSeconds(5) })
    {
        Timeout = Timeout,
        MaxResponseContentBufferSize = LongestAnswer,
    });

    /// <summary>The earliest expiry; null if it doesn't tell: that is no failure, only something not known.</summary>
    public static async Task<DateTimeOffset?> ExpiresAtAsync(Uri address, CancellationToken cancellationToken)
    {
        try
        {
            byte[] answer = await Client.Value.GetByteArrayAsync(address, cancellationToken);
            using var document = JsonDocument.Parse(answer);
            DateTimeOffset[] times =
            [
                .. document.RootElement.GetProperty("certificates").EnumerateArray()
                    .SelectMany(c => c.GetProperty("cert_chain").EnumerateArray())
                    .Select(c => DateTimeOffset.Parse(c.GetProperty("expiration_time").GetString()!, CultureInfo.InvariantCulture)),
            ];
            return times.Length == 0 ? null : times.Min();
        }
        catch (Exception e) when (e is HttpRequestException or JsonException or KeyNotFoundException or InvalidOperationException or FormatException
            or ArgumentNullException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return null;
        }
    }
}
