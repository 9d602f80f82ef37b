using System.Text.Json.Nodes;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Install;

/// <summary>Onboarding tokens as JSON Web Tokens.</summary>
public sealed record JwtTokenIssuerSettings
{
    private static readonly TimeSpan DefaultExpiration = TimeSpan.FromHours(1);

    /// <summary>Life of a token; more than 0, by default 1 h.</summary>
    public TimeSpan Expiration { get; init; } = DefaultExpiration;

    // A token counts whole seconds.
    internal static JwtTokenIssuerSettings Read(MapReader reader) =>
        new() { Expiration = reader.Duration("expiration", TimeSpan.FromSeconds(1)) ?? DefaultExpiration };

    internal JsonObject? ToJson() =>
        Expiration == DefaultExpiration ? null : new JsonObject().With("expiration", (TimeSpan?)Expiration);
}
