using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography.X509Certificates;
using Onboarding.Connections;

namespace Onboarding.Endpoint.Authentication.Anchors;

/// <summary>
/// Certificates that the operator trusts for a purpose, by file. None is built in: what a plane trusts is what its operator put there,
/// and a file that isn't there means that no one is believed. Files are looked at again every minute.
/// </summary>
/// <param name="files">Where they are; null where the plane has none.</param>
/// <param name="time">The clock.</param>
internal sealed class TrustAnchors(ITrustAnchorFiles? files, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(1);

    // How long what was read once is believed while its place doesn't answer.
    private static readonly TimeSpan Usable = TimeSpan.FromHours(24);
    // How long one who has the file from before waits for a place that is slow.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    // How long a failure is the answer for all who ask.
    private static readonly TimeSpan FailureFor = TimeSpan.FromSeconds(5);
    private const int MostFiles = 200;
    private const int MostUnknownAtOnce = 8;

    private readonly ConcurrentDictionary<string, AnchorFile> _entries = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Lazy<Task<AnchorFile>>> _looks = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _unknown = new(MostUnknownAtOnce);

    /// <summary>Where the files are, for people.</summary>
    public string Place => files?.Place ?? "(no --trust-anchors)";

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

        if (_entries.TryGetValue(name, out AnchorFile? entry) && time.GetElapsedTime(entry.LookedAt) < (entry.Problem is null ? Fresh : FailureFor))
        {
            return CertificatesOf(entry);
        }

        // One look at each name at a time: a thousand agents of one region are one question.
        Task<AnchorFile> look = _looks.GetOrAdd(name, n => new Lazy<Task<AnchorFile>>(() => LookOnceAsync(files, n))).Value;
        if (!IsUsable(entry))
        {
            return CertificatesOf(await look.WaitAsync(cancellationToken));
        }

        try
        {
            // What is taken away counts at once where its place answers; one that doesn't answer keeps no one waiting.
            return CertificatesOf(await look.WaitAsync(Patience, time, cancellationToken));
        }
        catch (TimeoutException)
        {
            return entry.Certificates;
        }
    }

    public void Dispose()
    {
        _unknown.Dispose();
        (files as IDisposable)?.Dispose();
    }

    private static IReadOnlyList<X509Certificate2> CertificatesOf(AnchorFile entry) =>
        entry.Problem is null ? entry.Certificates : throw new TrustAnchorException(entry.Problem);

    private bool IsUsable([NotNullWhen(true)] AnchorFile? entry) =>
        entry is { Certificates.Count: > 0 } && time.GetElapsedTime(entry.ReadAt) < Usable;

    // For all who wait: that one of them hangs up doesn't end it.
    private async Task<AnchorFile> LookOnceAsync(ITrustAnchorFiles source, string name)
    {
        try
        {
            AnchorFile? old = _entries.GetValueOrDefault(name);
            if (IsUsable(old))
            {
                return Keep(name, await LookAsync(source, name, old));
            }

            // Names that no one has vouched for queue up behind each other, and only those.
            await _unknown.WaitAsync();
            try
            {
                return Keep(name, await LookAsync(source, name, old));
            }
            finally
            {
                _unknown.Release();
            }
        }
        finally
        {
            _looks.TryRemove(name, out _);
        }
    }

    private async Task<AnchorFile> LookAsync(ITrustAnchorFiles source, string name, AnchorFile? old)
    {
        long now = time.GetTimestamp();
        try
        {
            string? pem = await source.ReadAsync(name, CancellationToken.None);
            return pem is not null && pem == old?.Pem
                ? old with { LookedAt = now, ReadAt = now }
                : new AnchorFile(pem, pem is null ? [] : Parse(pem, name), now, now, null);
        }
        catch (TrustAnchorException e)
        {
            return IsUsable(old) ? old with { LookedAt = now } : new AnchorFile(null, [], now, now, e.Message);
        }
    }

    private AnchorFile Keep(string name, AnchorFile entry)
    {
        // Names come from documents that no one has verified yet: they may not fill the memory.
        if (_entries.Count >= MostFiles && !_entries.ContainsKey(name))
        {
            foreach ((string key, AnchorFile unused) in _entries)
            {
                if (unused.Certificates.Count == 0)
                {
                    _entries.TryRemove(key, out _);
                }
            }
        }

        _entries[name] = entry;
        return entry;
    }

    private static X509Certificate2[] Parse(string pem, string name)
    {
        // One that can't be read vouches for nothing, and doesn't take the others' documents with it.
        PemCertificates read = PemCertificates.Read(pem);
        return read.Certificates.Count > 0 ? [.. read.Certificates]
            : throw new TrustAnchorException(read.Skipped > 0 || read.IsCut
                ? $"{name} has something in it that isn't a certificate in PEM"
                : $"{name} has no certificate in it");
    }

    private sealed record AnchorFile(string? Pem, IReadOnlyList<X509Certificate2> Certificates, long LookedAt, long ReadAt, string? Problem);
}

/// <summary>Where trust anchors are kept: a directory, or a web server's.</summary>
internal interface ITrustAnchorFiles
{
    /// <summary>The place, for people.</summary>
    string Place { get; }

    /// <summary>Reads a file; null if there is none of that name.</summary>
    /// <param name="name">Its name below the place, e.g. <c>aws/eu-west-1.pem</c>.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="TrustAnchorException">It is there, or may be, and can't be read.</exception>
    Task<string?> ReadAsync(string name, CancellationToken cancellationToken);
}

/// <summary>Trust anchors can't be had: nothing that needs them is believed until they can.</summary>
internal sealed class TrustAnchorException(string message, Exception? inner = null) : Exception(message, inner);
