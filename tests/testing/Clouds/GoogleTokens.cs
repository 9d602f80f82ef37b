using System.Text.Json.Nodes;

namespace Onboarding.Testing.Clouds;

/// <summary>Claims of Google's instance identity tokens (<c>format=full</c>), as they come.</summary>
public static class GoogleTokens
{
    public const string Project = "shop-prod";

    /// <summary>The claims of a good token; a test changes what it is about.</summary>
    public static JsonObject Claims(string audience, DateTimeOffset now, string instanceId = "152986662232938449") => new()
    {
        ["aud"] = audience,
        ["azp"] = "117630047386018432217",
        ["email"] = "ratings@shop-prod.iam.gserviceaccount.com",
        ["email_verified"] = true,
        ["exp"] = now.AddHours(1).ToUnixTimeSeconds(),
        ["google"] = new JsonObject
        {
            ["compute_engine"] = new JsonObject
            {
                ["instance_creation_timestamp"] = now.AddDays(-2).ToUnixTimeSeconds(),
                ["instance_id"] = instanceId,
                ["instance_name"] = "ratings-1",
                ["project_id"] = Project,
                ["project_number"] = 739419398126,
                ["zone"] = "europe-west4-b",
            },
        },
        ["iat"] = now.ToUnixTimeSeconds(),
        ["iss"] = "https://accounts.google.com",
        ["sub"] = "117630047386018432217",
    };

    /// <summary>What the token says of the instance.</summary>
    public static JsonObject Engine(this JsonObject claims) => (JsonObject)claims["google"]!["compute_engine"]!;
}
