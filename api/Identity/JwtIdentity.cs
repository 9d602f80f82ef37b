namespace Onboarding.Api.Identity;

/// <summary>Identity proved by a JSON Web Token of a configured issuer.</summary>
public sealed record JwtIdentity
{
    /// <summary>Issuer, exactly as in <c>iss</c>.</summary>
    public required string Issuer { get; init; }

    /// <summary>Subject: ASCII, unique within the issuer.</summary>
    public required string Subject { get; init; }

    /// <summary>Attributes found at the issuer's configured JSONPath.</summary>
    public IReadOnlyDictionary<string, string> Attributes { get; init; } = new Dictionary<string, string>();
}
