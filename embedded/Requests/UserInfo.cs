using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace Onboarding.Embedded.Requests;

/// <summary>Who sends a request.</summary>
internal sealed record UserInfo(string Name, string Uid, ImmutableArray<string> Groups)
{
    public const string Masters = "system:masters";

    public static UserInfo Administrator { get; } = new("admin", "", [Masters, "system:authenticated"]);

    /// <summary>Facts about the token, e.g. the Secret it is bound to.</summary>
    public ImmutableDictionary<string, string> Extra { get; init; } = ImmutableDictionary<string, string>.Empty;

    public static UserInfo ServiceAccount(string @namespace, string name, string uid) => new(
        $"system:serviceaccount:{@namespace}:{name}",
        uid,
        ["system:serviceaccounts", $"system:serviceaccounts:{@namespace}", "system:authenticated"]);

    public JsonObject ToJson()
    {
        var json = new JsonObject { ["username"] = Name };
        if (Uid.Length > 0)
        {
            json["uid"] = Uid;
        }

        json["groups"] = new JsonArray([.. Groups.Select(g => JsonValue.Create(g))]);
        if (Extra.Count > 0)
        {
            json["extra"] = new JsonObject(
                Extra.Select(e => KeyValuePair.Create<string, JsonNode?>(e.Key, new JsonArray(JsonValue.Create(e.Value)))));
        }

        return json;
    }
}
