using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace Onboarding.Embedded.Discovery;

/// <summary>A resource or subresource as discovery lists it.</summary>
internal sealed record ServedResource(string Name, string Singular, string Kind, bool Namespaced, ImmutableArray<string> Verbs)
{
    public ImmutableArray<string> ShortNames { get; init; } = [];

    public ImmutableArray<string> Categories { get; init; } = [];

    /// <summary>Group and version of the kind where they aren't the resource's.</summary>
    public (string Group, string Version)? KindVersion { get; init; }

    public JsonObject ToJson()
    {
        var json = new JsonObject
        {
            ["name"] = Name,
            ["singularName"] = Singular,
            ["namespaced"] = Namespaced,
            ["kind"] = Kind,
            ["verbs"] = Texts(Verbs),
        };
        if (KindVersion is { } other)
        {
            json["group"] = other.Group;
            json["version"] = other.Version;
        }

        if (!ShortNames.IsEmpty)
        {
            json["shortNames"] = Texts(ShortNames);
        }

        if (!Categories.IsEmpty)
        {
            json["categories"] = Texts(Categories);
        }

        return json;
    }

    private static JsonArray Texts(ImmutableArray<string> texts) => new([.. texts.Select(t => JsonValue.Create(t))]);
}
