using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Onboarding.Plane.Settings;

namespace Onboarding.Endpoint.Authentication.Jwt;

/// <summary>
/// Sources of platforms' keys, made once for each place that keys come from, so that a change of other settings doesn't forget keys
/// that were fetched. There are as many as operators ever configured: few.
/// </summary>
internal sealed class KeySources(IssuerKeyFetcher fetcher, TimeProvider time)
{
    private readonly ConcurrentDictionary<(string Issuer, string Place), IIssuerKeySource> _sources = new();

    // A place may be a whole key set: to hash it for every token would be a good part of the token's check.
    private readonly ConditionalWeakTable<object, IIssuerKeySource> _bySettings = [];

    /// <summary>The source of an issuer's keys.</summary>
    /// <param name="settings">The part of the configuration that says so, as long as it is the same object.</param>
    /// <param name="issuer">Whose keys.</param>
    /// <param name="jwksUri">Where they are fetched.</param>
    /// <param name="jwks">The keys themselves; null: they are fetched.</param>
    public IIssuerKeySource ForIssuer(object settings, string issuer, string jwksUri, string? jwks)
    {
        if (!_bySettings.TryGetValue(settings, out IIssuerKeySource? source))
        {
            source = Find(issuer, jwksUri, jwks);
            _bySettings.AddOrUpdate(settings, source);
        }

        return source;
    }

    private IIssuerKeySource Find(string issuer, string jwksUri, string? jwks) => _sources.GetOrAdd(
        (issuer, jwks ?? jwksUri),
        _ => jwks is not null
            ? new InlineKeySource(issuer, jwks)
            : new RemoteKeySource(
                issuer,
                ct => fetcher.FetchAsync(new JwtIssuerSettings { Issuer = issuer, ShortName = "", JwksUri = new Uri(jwksUri) }, ct),
                time));
}
