using System.Text.Json;
using Microsoft.IdentityModel.Tokens;

namespace Onboarding.Endpoint.Authentication.Jwt;

/// <summary>Reads a JWKS and keeps the keys that can verify a signature.</summary>
internal static class KeySetReader
{
    private const int MostKeys = 10_000;
    private const int ShortestRsa = 2048;

    // Verifying costs the cube of the length: a huge key in a key set must not burn a core for each join.
    private const int LongestRsa = 8192;

    /// <summary>Reads a key set.</summary>
    /// <param name="json">The JWKS.</param>
    /// <param name="from">Where it came from, for the message.</param>
    /// <param name="skipped">Told how many of its keys can't be read, if any.</param>
    /// <exception cref="IssuerKeysException">It can't be read, or no key of it can be used.</exception>
    public static IReadOnlyList<JsonWebKey> Read(string json, string from, Action<int>? skipped = null) => Read(json, from, IsUsable, skipped);

    /// <summary>Reads a key set.</summary>
    /// <param name="json">The JWKS.</param>
    /// <param name="from">Where it came from, for the message.</param>
    /// <param name="isUsable">Which keys to keep.</param>
    /// <param name="skipped">Told how many of its keys can't be read, if any.</param>
    /// <exception cref="IssuerKeysException">It can't be read, or no key of it can be used.</exception>
    public static IReadOnlyList<JsonWebKey> Read(string json, string from, Func<JsonWebKey, bool> isUsable, Action<int>? skipped = null)
    {
        List<JsonWebKey> usable = [];
        int broken = 0;
        try
        {
            using JsonDocument set = JsonDocument.Parse(json);
            JsonElement keys = set.RootElement.GetProperty("keys");
            if (keys.GetArrayLength() > MostKeys)
            {
                throw new IssuerKeysException($"{from} has {keys.GetArrayLength()} keys; more than {MostKeys} are not accepted");
            }

            foreach (JsonElement element in keys.EnumerateArray())
            {
                // One that can't be understood is left out (RFC 7517 section 5): it must not take every other key's tokens with it.
                if (TryParse(element) is not { } key)
                {
                    broken++;
                }
                else if (isUsable(key))
                {
                    usable.Add(key);
                }
            }
        }
        catch (Exception e) when (e is InvalidOperationException or KeyNotFoundException or JsonException)
        {
            throw new IssuerKeysException($"{from} isn't a JSON Web Key Set", e);
        }

        if (broken > 0)
        {
            skipped?.Invoke(broken);
        }

        return usable.Count > 0
            ? usable
            : throw new IssuerKeysException($"{from} has no RSA key of {ShortestRsa} to {LongestRsa} bits and no EC key for signatures"
                + (broken == 0 ? "" : $"; {broken} of its keys can't be read"));
    }

    private static JsonWebKey? TryParse(JsonElement element)
    {
        try
        {
            return element.ValueKind == JsonValueKind.Object ? new JsonWebKey(element.GetRawText()) : null;
        }
        catch (Exception e) when (e is ArgumentException or FormatException or JsonException)
        {
            return null;
        }
    }

    private static bool IsUsable(JsonWebKey key) => key.Use is null or "" or "sig" && CanVerify(key);

    /// <summary>True if a signature can be verified with it, at bearable cost.</summary>
    public static bool CanVerify(JsonWebKey key)
    {
        try
        {
            return IsGood(key);
        }
        catch (Exception e) when (e is FormatException or ArgumentException)
        {
            // Its numbers can't be read: no key.
            return false;
        }
    }

    private static bool IsGood(JsonWebKey key) => key.Kty switch
    {
        // Symmetric keys ("oct") are left out: anyone who can read a key set that holds one can sign.
        "RSA" => key.N is not null && key.E is not null && key.KeySize is >= ShortestRsa and <= LongestRsa,
        "EC" => key.X is not null && key.Y is not null && key.Crv is "P-256" or "P-384" or "P-521",
        _ => false,
    };
}
