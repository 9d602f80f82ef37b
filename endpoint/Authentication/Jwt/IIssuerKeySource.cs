using Microsoft.IdentityModel.Tokens;

namespace Onboarding.Endpoint.Authentication.Jwt;

/// <summary>Where an issuer's keys come from.</summary>
internal interface IIssuerKeySource
{
    /// <summary>The issuer's keys.</summary>
    /// <param name="mustHave">A <c>kid</c> the caller looks for: worth a (rate-limited) look whether the issuer has new keys.</param>
    /// <param name="cancellationToken">Stops waiting for them.</param>
    /// <exception cref="IssuerKeysException">They can't be had now.</exception>
    ValueTask<IReadOnlyList<JsonWebKey>> GetAsync(string? mustHave, CancellationToken cancellationToken);
}

/// <summary>Keys that stand in the OnboardingPlane itself.</summary>
internal sealed class InlineKeySource(string issuer, string jwks) : IIssuerKeySource
{
    private readonly Lazy<IReadOnlyList<JsonWebKey>> _keys = new(() => KeySetReader.Read(jwks, $"the inline jwks of issuer {issuer}"));

    public ValueTask<IReadOnlyList<JsonWebKey>> GetAsync(string? mustHave, CancellationToken cancellationToken) => new(_keys.Value);
}

/// <summary>An issuer's keys can't be had; the message says what was tried and what came of it.</summary>
internal sealed class IssuerKeysException(string message, Exception? inner = null) : Exception(message, inner);
