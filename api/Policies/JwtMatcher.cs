using System.Text.Json.Nodes;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Policies;

/// <summary>Matches identities proved by a JSON Web Token: AND across fields, OR across values, empty lists match any.</summary>
public sealed record JwtMatcher
{
    /// <summary>The issuer, compared by bytes; null, which matches any, in <c>deny</c> only.</summary>
    public string? Issuer { get; init; }

    /// <summary>Subjects of which the identity must have one.</summary>
    public IReadOnlyList<string> Subjects { get; init; } = [];

    /// <summary>Attributes that must all match.</summary>
    public IReadOnlyList<AttributeMatcher> Attributes { get; init; } = [];

    internal static JwtMatcher Read(MapReader reader, bool bounded)
    {
        JwtMatcher matcher = new()
        {
            Issuer = reader.Text("issuer", Checks.Issuer, required: bounded),
            Subjects = reader.Texts("subjects", Checks.Ascii),
            Attributes = reader.Messages("attributes", AttributeMatcher.Read),
        };
        if (bounded && matcher.Subjects.Count == 0 && matcher.Attributes.Count == 0)
        {
            reader.WarnHere("has neither subjects nor attributes: it matches every workload with a token of this issuer");
        }

        return matcher;
    }

    internal JsonObject ToJson() => new JsonObject()
        .With("issuer", Issuer)
        .With("subjects", Subjects)
        .With("attributes", Attributes, attribute => attribute.ToJson());
}
