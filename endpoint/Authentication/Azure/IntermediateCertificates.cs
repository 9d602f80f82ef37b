using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Onboarding.Endpoint.Authentication.Jwt;
using Onboarding.Endpoint.Authentication.X509;
using Onboarding.Plane.Refusals;

namespace Onboarding.Endpoint.Authentication.Azure;

/// <summary>
/// Fetches the certificate above a signer's. The address is in a certificate that anybody may have made: only listed hosts are
/// asked, on their usual ports, without redirects, never a private or link-local address, seldom, and for little; and what comes
/// back is trusted for nothing before a chain through it ends at a pinned root.
/// </summary>
internal sealed class IntermediateCertificates(IssuerHttpClient http, TimeProvider time) : IDisposable
{
    private const int Largest = 64 * 1024;
    private const int MostRemembered = 64;
    private const int MostPerMinute = 20;
    private static readonly TimeSpan Good = TimeSpan.FromHours(24);
    private static readonly TimeSpan Failed = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, Download> _known = new();
    private readonly SemaphoreSlim _single = new(1, 1);
    private DateTimeOffset _minute;
    private int _fetched;

    /// <summary>The certificate above this one; null if it can't be had.</summary>
    /// <param name="signer">A certificate that no one vouches for yet.</param>
    /// <param name="hosts">Hosts that may be asked, with a port if it isn't the usual one.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<X509Certificate2?> FindAsync(X509Certificate2 signer, IReadOnlyList<string> hosts, CancellationToken cancellationToken)
    {
        Uri? address = Addresses(signer).FirstOrDefault(uri => IsAllowed(uri, hosts));
        if (address is null)
        {
            return null;
        }

        byte[]? encoded = Remembered(address) ?? await FetchOnceAsync(address, cancellationToken);
        try
        {
            return encoded is { Length: > 0 } ? PresentedCertificates.Load(encoded) : null;
        }
        catch (RefusedException)
        {
            return null;
        }
    }

    public void Dispose() => _single.Dispose();

    private static bool IsAllowed(Uri uri, IReadOnlyList<string> hosts) =>
        (uri.Scheme == Uri.UriSchemeHttps || uri.Scheme == Uri.UriSchemeHttp)
        && uri is { UserInfo: "", Query: "", Fragment: "" }
        && hosts.Contains(uri.Authority, StringComparer.OrdinalIgnoreCase);

    private static List<Uri> Addresses(X509Certificate2 signer)
    {
        try
        {
            return [.. signer.Extensions.OfType<X509AuthorityInformationAccessExtension>().Take(1)
                .SelectMany(e => e.EnumerateCAIssuersUris()).Take(4)
                .Select(text => Uri.TryCreate(text, UriKind.Absolute, out Uri? uri) ? uri : null).OfType<Uri>()];
        }
        catch (CryptographicException)
        {
            return [];
        }
    }

    private byte[]? Remembered(Uri address)
    {
        if (!_known.TryGetValue(address.AbsoluteUri, out Download? entry))
        {
            return null;
        }

        entry.UsedAt = time.GetTimestamp();
        return time.GetUtcNow() < entry.Until ? entry.Certificate : null;
    }

    // One at a time, and each address once in a while: documents are free to make up.
    private async Task<byte[]?> FetchOnceAsync(Uri address, CancellationToken cancellationToken)
    {
        await _single.WaitAsync(cancellationToken);
        try
        {
            if (Remembered(address) is { } known)
            {
                return known;
            }

            // What was there before is asked for again anyone else who makes up addresses; there are few of those.
            bool wasGood = _known.TryGetValue(address.AbsoluteUri, out Download? old) && old.Certificate.Length > 0;
            DateTimeOffset now = time.GetUtcNow();
            if (now - _minute >= TimeSpan.FromMinutes(1))
            {
                (_minute, _fetched) = (now, 0);
            }

            if (!wasGood && _fetched++ >= MostPerMinute)
            {
                return null;
            }

            byte[] certificate = await TryFetchAsync(address, cancellationToken);
            if (certificate.Length == 0 && wasGood)
            {
                // Its server is away for the moment. Kept as one that was good; asked for again soon.
                certificate = old!.Certificate;
                _known[address.AbsoluteUri] = new Download(certificate, now + Failed) { UsedAt = time.GetTimestamp() };
                return certificate;
            }

            MakeRoom(address);
            _known[address.AbsoluteUri] = new Download(certificate, now + (certificate.Length > 0 ? Good : Failed)) { UsedAt = time.GetTimestamp() };
            return certificate;
        }
        finally
        {
            _single.Release();
        }
    }

    // Those that failed first, then the one that no one asked for the longest: made-up addresses don't push out what machines need.
    private void MakeRoom(Uri address)
    {
        if (_known.Count < MostRemembered || _known.ContainsKey(address.AbsoluteUri))
        {
            return;
        }

        string victim = _known.OrderBy(e => e.Value.Certificate.Length > 0).ThenBy(e => e.Value.UsedAt).First().Key;
        _known.TryRemove(victim, out _);
    }

    private async Task<byte[]> TryFetchAsync(Uri address, CancellationToken cancellationToken)
    {
        try
        {
            return await http.GetBytesAsync(address, Largest, cancellationToken);
        }
        catch (IssuerKeysException)
        {
            return [];
        }
    }

    private sealed record Download(byte[] Certificate, DateTimeOffset Until)
    {
        public long UsedAt { get; set; }
    }
}
