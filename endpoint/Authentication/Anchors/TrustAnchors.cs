using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Onboarding.Endpoint.Authentication.Anchors;

/// <summary>
/// Certificates that the operator trusts for a purpose, by file. None is built in: what a plane trusts is what its operator put there,
/// and a file that isn't there means that nobody is believed. Files are looked at again every minute.
/// </summary>
/// <param name="files">Where they are; null where the plane has none.</param>
/// <param name="time">The clock.</param>
internal sealed class TrustAnchors(ITrustAnchorFiles? files, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(1);

    // How long what was read once is believed while its place doesn't answer.
    private static readonly TimeSpan Usable = TimeSpan.FromHours(24);
    private const int MostFiles = 200;

    private readonly ConcurrentDictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _single = new(1, 1);

    /// <summary>Where the files are, for people.</summary>
    public string Place => files?.Place ?? "(no --trust-anchors)";

    /// <summary>True if the plane has a place for them.</summary>
    public bool HasPlace => files is not null;

    /// <summary>The certificates in a file; none if there is no such file.</summary>
    /// <param name="name">Name of the file, made of checked parts only: <c>aws/eu-west-1.pem</c>.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="TrustAnchorException">The file can't be read.</exception>
    public async ValueTask<IReadOnlyList<X509Certificate2>> FindAsync(string name, CancellationToken cancellationToken)
    {
        if (files is null)
        {
            return [];
        }

        if (_entries.TryGetValue(name, out Entry? entry) && time.GetElapsedTime(entry.LookedAt) < Fresh)
        {
            return entry.Certificates;
        }

        // One look at a time: a thousand agents of one region are one question, and made-up names queue up behind each other.
        await _single.WaitAsync(cancellationToken);
        try
        {
            return _entries.TryGetValue(name, out entry) && time.GetElapsedTime(entry.LookedAt) < Fresh
                ? entry.Certificates
                : await LookAsync(files, name, entry, cancellationToken);
        }
        finally
        {
            _single.Release();
        }
    }

    public void Dispose()
    {
        _single.Dispose();
        (files as IDisposable)?.Dispose();
    }

    private async Task<IReadOnlyList<X509Certificate2>> LookAsync(
        ITrustAnchorFiles source, string name, Entry? old, CancellationToken cancellationToken)
    {
        long now = time.GetTimestamp();
        try
        {
            string? pem = await source.ReadAsync(name, cancellationToken);
            if (pem is not null && pem == old?.Pem)
            {
                return Keep(name, old with { LookedAt = now, ReadAt = now });
            }

            return Keep(name, new Entry(pem, pem is null ? [] : Parse(pem, name), now, now));
        }
        catch (TrustAnchorException) when (old is { Certificates.Count: > 0 } && time.GetElapsedTime(old.ReadAt) < Usable)
        {
            return Keep(name, old with { LookedAt = now });
        }
    }

    private IReadOnlyList<X509Certificate2> Keep(string name, Entry entry)
    {
        // Names come from documents that nobody has verified yet: they may not fill the memory.
        if (_entries.Count >= MostFiles && !_entries.ContainsKey(name))
        {
            foreach ((string key, Entry unused) in _entries)
            {
                if (unused.Certificates.Count == 0)
                {
                    _entries.TryRemove(key, out _);
                }
            }
        }

        _entries[name] = entry;
        return entry.Certificates;
    }

    private static X509Certificate2[] Parse(string pem, string name)
    {
        var certificates = new X509Certificate2Collection();
        try
        {
            certificates.ImportFromPem(pem);
        }
        catch (CryptographicException e)
        {
            throw new TrustAnchorException($"{name} has something in it that isn't a certificate in PEM: {e.Message}", e);
        }

        return certificates.Count > 0 ? [.. certificates] : throw new TrustAnchorException($"{name} has no certificate in it");
    }

    private sealed record Entry(string? Pem, IReadOnlyList<X509Certificate2> Certificates, long LookedAt, long ReadAt);
}
