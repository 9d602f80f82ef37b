using System.Text.Json;
using System.Text.Json.Nodes;

namespace Onboarding.Api.Install;

/// <summary>What an inline JSON Web Key Set must be.</summary>
internal static class JwksRules
{
    private static readonly string[] PrivateMembers = ["d", "p", "q", "dp", "dq", "qi", "k"];

    public static string? Check(string jwks)
    {
        JsonNode? json;
        try
        {
            json = JsonNode.Parse(jwks, documentOptions: new JsonDocumentOptions { MaxDepth = 16 });
            if (json is not JsonObject set || set["keys"] is not JsonArray keys || !keys.All(key => key is JsonObject))
            {
                return "must be a JSON Web Key Set: an object with a list \"keys\" of objects";
            }

            // A private key in an object that many may read is a leaked key, also where the plane doesn't need it.
            return keys.Cast<JsonObject>().Any(key => PrivateMembers.Any(key.ContainsKey))
                ? "must hold public keys only; treat the private or symmetric key in it as leaked"
                : null;
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException)
        {
            // ArgumentException: the same member twice.
            return "must be a JSON Web Key Set, which is JSON without duplicate members";
        }
    }
}
