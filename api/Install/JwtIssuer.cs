using System.Text.Json.Nodes;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Install;

/// <summary>An issuer of JSON Web Tokens. With neither <see cref="JwksUri"/> nor <see cref="Jwks"/> its keys are found by OIDC discovery.</summary>
public sealed record JwtIssuer
{
    internal static readonly IReadOnlyList<string> KnownAlgorithms =
        ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"];

    private static readonly IReadOnlyList<string> Subjects = ["Host", "Shared"];

    /// <summary>Exactly as in <c>iss</c>: no trailing slash is added or taken away.</summary>
    public required string Issuer { get; init; }

    /// <summary>Part of resource names; unique among the issuers.</summary>
    public required string ShortName { get; init; }

    /// <summary>Where the plane fetches the keys.</summary>
    public string? JwksUri { get; init; }

    /// <summary>The keys themselves: a JSON Web Key Set.</summary>
    public string? Jwks { get; init; }

    /// <summary>Where in a token things are.</summary>
    public JwtTokenFields? TokenFields { get; init; }

    /// <summary>Ours: what a subject names.</summary>
    public JwtSubjectMeaning SubjectIs { get; init; }

    /// <summary>Ours: signature algorithms that are accepted; empty means all the plane knows (none of them symmetric).</summary>
    public IReadOnlyList<string> Algorithms { get; init; } = [];

    /// <summary>Ours: audiences that are accepted besides the plane's uid.</summary>
    public IReadOnlyList<string> Audiences { get; init; } = [];

    internal static JwtIssuer Read(MapReader reader)
    {
        reader.OneOf(required: false, "jwksUri", "jwks");
        JwtIssuer issuer = new()
        {
            Issuer = reader.RequiredText("issuer", Checks.Issuer),
            ShortName = reader.RequiredText("shortName", Checks.ShortName),
            JwksUri = reader.Text("jwksUri", Checks.HttpsUri),
            Jwks = reader.Text("jwks", JwksRules.Check),
            TokenFields = reader.Message("tokenFields", JwtTokenFields.Read),
            SubjectIs = (JwtSubjectMeaning)(reader.Choice("subjectIs", Subjects) ?? 0),
            Algorithms = reader.Texts("algorithms", CheckAlgorithm),
            Audiences = reader.Texts("audiences", Checks.NotEmpty),
        };
        if (issuer.Audiences.Count != 0)
        {
            reader.Warn("audiences", "tokens for these audiences were not made for this plane alone: every other receiver of such a token can present it here");
        }

        return issuer;
    }

    internal JsonObject ToJson() => new JsonObject()
        .With("issuer", Issuer)
        .With("shortName", ShortName)
        .With("jwksUri", JwksUri)
        .With("jwks", Jwks)
        .With("tokenFields", TokenFields?.ToJson())
        .With("subjectIs", SubjectIs == JwtSubjectMeaning.Host ? null : Subjects[(int)SubjectIs])
        .With("algorithms", Algorithms)
        .With("audiences", Audiences);

    // "none" and HS* can never be listed: with them a public key would be enough to make a token.
    private static string? CheckAlgorithm(string name) =>
        KnownAlgorithms.Contains(name) ? null : $"must be one of {string.Join(", ", KnownAlgorithms)}";
}

/// <summary>Ours: what the subject of an issuer's tokens names.</summary>
public enum JwtSubjectMeaning
{
    /// <summary>One host: a second machine with the same subject is refused.</summary>
    Host = 0,

    /// <summary>Something hosts share: the key of each machine becomes part of its identity, and copies aren't detected.</summary>
    Shared = 1,
}
