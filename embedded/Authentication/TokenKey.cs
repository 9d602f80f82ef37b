using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Onboarding.Embedded.Json;

namespace Onboarding.Embedded.Authentication;

/// <summary>Signs and checks service account tokens (JWT, ES256) with a key kept in the data directory.</summary>
internal sealed class TokenKey : IDisposable
{
    private const int LongestToken = 8 * 1024;

    private readonly ECDsa _key;
    private readonly ECParameters _public;

    private TokenKey(ECDsa key)
    {
        _key = key;
        _public = key.ExportParameters(includePrivateParameters: false);
        Id = Base64Url.EncodeToString(SHA256.HashData(key.ExportSubjectPublicKeyInfo()));
    }

    /// <summary>The <c>kid</c> of tokens.</summary>
    public string Id { get; }

    public static TokenKey Open(string path)
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        key.ImportFromPem(SecretFile.ReadOrCreate(path, key.ExportPkcs8PrivateKeyPem));
        return new TokenKey(key);
    }

    public string Sign(JsonObject claims)
    {
        var header = new JsonObject { ["alg"] = "ES256", ["kid"] = Id, ["typ"] = "JWT" };
        string content = $"{Encode(header)}.{Encode(claims)}";
        byte[] signature = _key.SignData(Encoding.ASCII.GetBytes(content), HashAlgorithmName.SHA256);
        return $"{content}.{Base64Url.EncodeToString(signature)}";
    }

    /// <summary>The claims of a token this key signed; null for anything else.</summary>
    public JsonObject? Verify(string token)
    {
        string[] parts = token.Split('.');
        if (token.Length > LongestToken || parts.Length != 3)
        {
            return null;
        }

        try
        {
            // The algorithm is ours, whatever the header says: a token can't choose "none" or turn the public key into an HMAC secret.
            byte[] signature = Base64Url.DecodeFromChars(parts[2]);
            byte[] content = Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}");
            return _key.VerifyData(content, signature, HashAlgorithmName.SHA256)
                ? JsonNode.Parse(Base64Url.DecodeFromChars(parts[1])) as JsonObject
                : null;
        }
        catch (Exception malformed) when (malformed is FormatException or JsonException)
        {
            return null;
        }
    }

    /// <summary>The public key as a JSON web key set.</summary>
    public JsonObject ToJwks() => new()
    {
        ["keys"] = new JsonArray(new JsonObject
        {
            ["use"] = "sig",
            ["kty"] = "EC",
            ["kid"] = Id,
            ["crv"] = "P-256",
            ["alg"] = "ES256",
            ["x"] = Base64Url.EncodeToString(_public.Q.X),
            ["y"] = Base64Url.EncodeToString(_public.Q.Y),
        }),
    };

    public void Dispose() => _key.Dispose();

    private static string Encode(JsonObject value) => Base64Url.EncodeToString(JsonText.Bytes(value));
}
