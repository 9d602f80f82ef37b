using Microsoft.IdentityModel.Tokens;

namespace Onboarding.Endpoint.Authentication.Jwt;

/// <summary>Keys that stand in the OnboardingPlane itself.</summary>
internal sealed class InlineKeySource(string issuer, string jwks) : IIssuerKeySource
{
    private readonly Lazy<IReadOnlyList<JsonWebKey>> _keys = new(() => KeySetReader.Read(jwks, $"the inline jwks of issuer {issuer}"));

    public ValueTask<IReadOnlyList<JsonWebKey>> GetAsync(string? mustHave, CancellationToken cancellationToken) => new(_keys.Value);
}
