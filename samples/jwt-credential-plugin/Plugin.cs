using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Onboarding.Samples.JwtCredentialPlugin;

/// <summary>
/// One call of <c>CredentialPlugin/GetCredential</c>: signs a JWT for the audience that stdin names. A sample: anyone who holds the
/// key is anyone who the plugin says. In production, ask an identity provider instead.
/// </summary>
internal static class Plugin
{
    private const int InvalidArgument = 3;
    private const int Unimplemented = 12;
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    /// <summary>Answers on stdout.</summary>
    /// <returns>The exit code: 0 says that stdout is the answer, anything else that it is a <c>google.rpc.Status</c>.</returns>
    public static int Answer(Func<string, string?> environment, TextReader input, TextWriter output, TimeProvider time)
    {
        string method = environment("RPC_METHOD_NAME") ?? "";
        if (method != "GetCredential")
        {
            return Fail(output, Unimplemented, $"method '{method}' isn't implemented; usage: generate key -o <prefix>, or as a plugin of onboarding-agent");
        }

        try
        {
            string audience = JsonNode.Parse(input.ReadToEnd()) is JsonObject request && request["audience"] is JsonValue value
                && value.TryGetValue(out string? text) && text.Length > 0
                    ? text
                    : throw new PluginException("the request has no audience");
            DateTimeOffset now = time.GetUtcNow();
            using KeyPair key = KeyPair.Read(Required(environment, "SAMPLE_JWT_ISSUER_KEY"));
            var answer = new JsonObject
            {
                ["credential"] = new JsonObject
                {
                    ["@type"] = "type.googleapis.com/onboarding.v1alpha1.JwtCredential",
                    ["token"] = key.Sign(Claims(environment, audience, now)),
                },
                ["expiresAt"] = (now + Lifetime).ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture),
            };
            output.WriteLine(answer.ToJsonString());
            return 0;
        }
        catch (Exception e) when (e is PluginException or JsonException)
        {
            return Fail(output, InvalidArgument, e.Message);
        }
    }

    private static JsonObject Claims(Func<string, string?> environment, string audience, DateTimeOffset now)
    {
        var claims = new JsonObject
        {
            ["iss"] = Required(environment, "SAMPLE_JWT_ISSUER"),
            ["sub"] = Required(environment, "SAMPLE_JWT_SUBJECT"),
            ["aud"] = audience,
            ["iat"] = now.ToUnixTimeSeconds(),
            ["nbf"] = now.ToUnixTimeSeconds(),
            ["exp"] = (now + Lifetime).ToUnixTimeSeconds(),
            ["jti"] = Guid.NewGuid().ToString("N"),
        };
        string attributes = environment("SAMPLE_JWT_ATTRIBUTES") ?? "";
        if (attributes.Length > 0)
        {
            claims[environment("SAMPLE_JWT_ATTRIBUTES_FIELD") is { Length: > 0 } field ? field : "custom_attributes"] = Attributes(attributes);
        }

        return claims;
    }

    private static JsonObject Attributes(string text)
    {
        var attributes = new JsonObject();
        foreach (string pair in text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            int equals = pair.IndexOf('=', StringComparison.Ordinal);
            if (equals < 1)
            {
                throw new PluginException($"SAMPLE_JWT_ATTRIBUTES: '{pair}' isn't name=value");
            }

            attributes[pair[..equals]] = pair[(equals + 1)..];
        }

        return attributes;
    }

    private static string Required(Func<string, string?> environment, string name) =>
        environment(name) is { Length: > 0 } value ? value : throw new PluginException($"the variable {name} isn't set");

    private static int Fail(TextWriter output, int code, string message)
    {
        output.WriteLine(new JsonObject { ["code"] = code, ["message"] = message }.ToJsonString());
        return 1;
    }
}

/// <summary>Something the plugin was told, or is to use, is wrong.</summary>
internal sealed class PluginException(string message) : Exception(message);
