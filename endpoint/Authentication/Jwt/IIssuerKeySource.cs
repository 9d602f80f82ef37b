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
