using System.Text.Json.Nodes;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Install;

/// <summary>Where in a token things are.</summary>
public sealed record JwtTokenFields
{
    /// <summary>Where the attributes are; null: tokens have none.</summary>
    public JwtAttributesField? Attributes { get; init; }

    internal static JwtTokenFields Read(MapReader reader) => new() { Attributes = reader.Message("attributes", JwtAttributesField.Read) };

    internal JsonObject ToJson() => new JsonObject().With("attributes", Attributes?.ToJson());
}
