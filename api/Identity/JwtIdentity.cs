using System.Text.Json.Nodes;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Identity;

/// <summary>Identity proved by a JSON Web Token of a configured issuer.</summary>
public sealed record JwtIdentity
{
    /// <summary>Issuer, exactly as in <c>iss</c>.</summary>
    public required string Issuer { get; init; }

    /// <summary>Subject: ASCII, unique within the issuer.</summary>
    public required string Subject { get; init; }

    /// <summary>Attributes found at the issuer's configured JSONPath.</summary>
    public IReadOnlyDictionary<string, string> Attributes { get; init; } = EmptyMap.Instance;

    internal static JwtIdentity Read(MapReader reader) => new()
    {
        Issuer = reader.RequiredText("issuer", Checks.Issuer),
        Subject = reader.RequiredText("subject", Checks.Ascii),
        Attributes = reader.TextMap("attributes"),
    };

    internal JsonObject ToJson() =>
        new JsonObject().With("issuer", Issuer).With("subject", Subject).With("attributes", Attributes);
}
