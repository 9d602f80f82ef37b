using System.Collections.Frozen;
using Onboarding.Plane.Settings;

namespace Onboarding.Endpoint.Authentication.Jwt;

/// <summary>The issuers the plane trusts at present, each with its keys. Replaced as a whole; reads take no lock.</summary>
internal sealed class JwtIssuers(IssuerKeyFetcher fetcher, TimeProvider time)
{
    private volatile FrozenDictionary<string, KeyedIssuer> _entries = FrozenDictionary<string, KeyedIssuer>.Empty;

    /// <summary>True if any issuer is trusted.</summary>
    public bool Any => _entries.Count > 0;

    /// <summary>The issuers' names.</summary>
    public IEnumerable<string> Names => _entries.Keys;

    /// <summary>Takes what an OnboardingPlane now says. An issuer that didn't change keeps the keys that were fetched for it.</summary>
    public void Replace(IEnumerable<JwtIssuerSettings> issuers)
    {
        FrozenDictionary<string, KeyedIssuer> old = _entries;
        _entries = issuers
            .Select(i => old.TryGetValue(i.Issuer, out KeyedIssuer? entry) && SameKeys(entry.Settings, i)
                ? entry with { Settings = i }
                : new KeyedIssuer(i, Source(i)))
            .ToFrozenDictionary(e => e.Settings.Issuer, StringComparer.Ordinal);
    }

    /// <summary>The issuer of exactly this name, or null.</summary>
    public (JwtIssuerSettings Settings, IIssuerKeySource Keys)? Find(string? issuer) =>
        issuer is not null && _entries.TryGetValue(issuer, out KeyedIssuer? entry) ? (entry.Settings, entry.Keys) : null;

    private static bool SameKeys(JwtIssuerSettings a, JwtIssuerSettings b) => a.JwksUri == b.JwksUri && a.Jwks == b.Jwks;

    private IIssuerKeySource Source(JwtIssuerSettings issuer) => issuer.Jwks is { } inline
        ? new InlineKeySource(issuer.Issuer, inline)
        : new RemoteKeySource(issuer.Issuer, ct => fetcher.FetchAsync(issuer, ct), time);

    private sealed record KeyedIssuer(JwtIssuerSettings Settings, IIssuerKeySource Keys);
}
