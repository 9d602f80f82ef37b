using Onboarding.Api.Install;

namespace Onboarding.Plane.Settings;

/// <summary>An issuer whose tokens the plane accepts, as <c>OnboardingPlane</c> configures it, checked and with its path parsed.</summary>
internal sealed record JwtIssuerSettings
{
    /// <summary>Algorithms accepted unless an issuer is given its own list: asymmetric ones only.</summary>
    public static readonly IReadOnlyList<string> DefaultAlgorithms =
        ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"];

    /// <summary>Compared with <c>iss</c> character by character: no case folding, no trailing slash forgiven.</summary>
    public required string Issuer { get; init; }

    /// <summary>Goes into resource names.</summary>
    public required string ShortName { get; init; }

    /// <summary>Where its keys are fetched; null with <see cref="Jwks"/> null too means OIDC discovery.</summary>
    public Uri? JwksUri { get; init; }

    /// <summary>Its keys, inline.</summary>
    public string? Jwks { get; init; }

    /// <summary>Claim that holds the attributes; null for none.</summary>
    public AttributePath? Attributes { get; init; }

    /// <summary>True if several hosts come with one subject: the agent's key then becomes part of the identity.</summary>
    public bool SubjectIsShared { get; init; }

    /// <summary>Accepted <c>alg</c> values; never <c>none</c>, never a symmetric one.</summary>
    public IReadOnlyList<string> Algorithms { get; init; } = DefaultAlgorithms;

    /// <summary>Longest <c>exp − iat</c>.</summary>
    public TimeSpan MaxLifetime { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Audiences that are accepted besides the plane's uid; a token may name no others.</summary>
    public IReadOnlyList<string> Audiences { get; init; } = [];

    /// <summary>Takes an issuer of an OnboardingPlane.</summary>
    /// <exception cref="FormatException">Its JSONPath isn't one.</exception>
    public static JwtIssuerSettings From(JwtIssuer issuer) => new()
    {
        Issuer = issuer.Issuer,
        ShortName = issuer.ShortName,
        JwksUri = issuer.JwksUri is { } uri ? new Uri(uri) : null,
        Jwks = issuer.Jwks,
        Attributes = issuer.TokenFields?.Attributes is { } attributes ? AttributePath.Parse(attributes.JsonPath) : null,
        SubjectIsShared = issuer.SubjectIs == JwtSubjectMeaning.Shared,
        Algorithms = issuer.Algorithms is { Count: > 0 } algorithms ? algorithms : DefaultAlgorithms,
        Audiences = issuer.Audiences,
    };
}
