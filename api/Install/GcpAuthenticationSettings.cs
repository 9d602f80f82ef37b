using System.Text.Json.Nodes;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Install;

/// <summary>Ours: authentication by Google Compute Engine instance identity tokens. Set, even if empty: they are accepted.</summary>
public sealed record GcpAuthenticationSettings
{
    /// <summary>Ids or numbers of the only projects whose instances are accepted, whatever policies say; empty leaves it to policies.</summary>
    public IReadOnlyList<string> Projects { get; init; } = [];

    /// <summary>Where Google's keys are fetched; null: where Google publishes them.</summary>
    public string? JwksUri { get; init; }

    /// <summary>Google's keys themselves, for planes without a way to the internet: a JSON Web Key Set.</summary>
    public string? Jwks { get; init; }

    /// <summary>How old an instance may be when it first joins; null for any age.</summary>
    public TimeSpan? MaxInstanceAge { get; init; }

    internal static GcpAuthenticationSettings Read(MapReader reader)
    {
        reader.OneOf(required: false, "jwksUri", "jwks");
        return new GcpAuthenticationSettings
        {
            Projects = reader.Texts("projects", Checks.NotEmpty),
            JwksUri = reader.Text("jwksUri", Checks.HttpsUri),
            Jwks = reader.Text("jwks", JwksRules.Check),
            MaxInstanceAge = reader.Duration("maxInstanceAge", TimeSpan.FromSeconds(1)),
        };
    }

    internal JsonObject ToJson() => new JsonObject()
        .With("projects", Projects)
        .With("jwksUri", JwksUri)
        .With("jwks", Jwks)
        .With("maxInstanceAge", MaxInstanceAge);
}
