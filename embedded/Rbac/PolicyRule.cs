using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Onboarding.Embedded.Json;

namespace Onboarding.Embedded.Rbac;

/// <summary>One permission of a role.</summary>
internal sealed record PolicyRule(
    ImmutableArray<string> Verbs,
    ImmutableArray<string> Groups,
    ImmutableArray<string> Resources,
    ImmutableArray<string> Names,
    ImmutableArray<string> Paths)
{
    public static PolicyRule Read(JsonNode? rule) => new(
        [.. rule.Texts("verbs")], [.. rule.Texts("apiGroups")], [.. rule.Texts("resources")], [.. rule.Texts("resourceNames")],
        [.. rule.Texts("nonResourceURLs")]);

    public bool Allows(AccessQuestion question) => Covers(Verbs, question.Verb) &&
        (question.Path is { } path ? Paths.Any(p => MatchesPath(p, path)) : AllowsResource(question));

    public JsonObject ToJson()
    {
        var json = new JsonObject { ["verbs"] = Texts(Verbs) };
        if (!Paths.IsEmpty)
        {
            json["nonResourceURLs"] = Texts(Paths);
            return json;
        }

        json["apiGroups"] = Texts(Groups);
        json["resources"] = Texts(Resources);
        if (!Names.IsEmpty)
        {
            json["resourceNames"] = Texts(Names);
        }

        return json;
    }

    private bool AllowsResource(AccessQuestion question) =>
        Covers(Groups, question.Group) &&
        (Covers(Resources, question.FullResource) ||
         (question.Subresource.Length > 0 && Resources.Contains($"*/{question.Subresource}"))) &&
        // A rule for certain names says nothing about requests without one, such as list and create.
        (Names.IsEmpty || Names.Contains(question.Name));

    private static bool Covers(ImmutableArray<string> values, string value) => values.Contains("*") || values.Contains(value);

    private static bool MatchesPath(string pattern, string path) =>
        pattern == path || (pattern.EndsWith('*') && path.StartsWith(pattern[..^1], StringComparison.Ordinal));

    private static JsonArray Texts(ImmutableArray<string> values) => new([.. values.Select(v => JsonValue.Create(v))]);
}
