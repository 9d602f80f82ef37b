using System.Text.Json.Nodes;
using Onboarding.Api.Reading;

namespace Onboarding.Api.Policies;

/// <summary>Asks for an attribute of a token.</summary>
public sealed record AttributeMatcher
{
    /// <summary>Name of the attribute.</summary>
    public required string Name { get; init; }

    /// <summary>Values of which it must have one; empty means any value, but the attribute must be there.</summary>
    public IReadOnlyList<string> Values { get; init; } = [];

    internal static AttributeMatcher Read(MapReader reader) => new() { Name = reader.RequiredText("name"), Values = reader.Texts("values") };

    internal JsonObject ToJson() => new JsonObject().With("name", Name).With("values", Values);
}
