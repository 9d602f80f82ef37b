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

/// <summary>Where the attributes of a token are.</summary>
/// <param name="JsonPath">Simple JSONPath to a claim that is a map, e.g. <c>.custom_attributes</c>; dots and spaces in names are escaped by a backslash.</param>
public sealed record JwtAttributesField(string JsonPath)
{
    internal static JwtAttributesField Read(MapReader reader) => new(reader.RequiredText("jsonPath", Checks.JsonPath));

    internal JsonObject ToJson() => new JsonObject().With("jsonPath", JsonPath);
}
