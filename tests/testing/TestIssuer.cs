using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Onboarding.Testing.Clouds;

namespace Onboarding.Testing;

/// <summary>A JWT issuer that signs whatever it is asked to.</summary>
public sealed class TestIssuer(string issuer = "https://id.corp.example", string kid = "key-1") : IDisposable
{
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly RSA _rsa = RsaKeys.Take();

    public string Name { get; } = issuer;

    public string KeyId { get; } = kid;

    /// <summary>Public keys: one EC, one RSA.</summary>
    public string Jwks => new JsonObject { ["keys"] = new JsonArray(EcKey(), RsaKey()) }.ToJsonString();

    public string RsaPublicKeyPem => _rsa.ExportSubjectPublicKeyInfoPem();

    /// <summary>The claims of a good token; a test changes what it is about.</summary>
    public JsonObject Claims(string audience, DateTimeOffset now, string subject = "host-1") => new()
    {
        ["iss"] = Name,
        ["sub"] = subject,
        ["aud"] = audience,
        ["iat"] = now.ToUnixTimeSeconds(),
        ["exp"] = now.AddMinutes(5).ToUnixTimeSeconds(),
        ["custom_attributes"] = new JsonObject { ["role"] = "ratings" },
    };

    public string Sign(JsonObject claims, Action<JsonObject>? header = null) =>
        SignWith(claims, Header("ES256", header), bytes => _key.SignData(bytes, HashAlgorithmName.SHA256));

    public string SignRsa(JsonObject claims, string algorithm = "RS256")
    {
        RSASignaturePadding padding = algorithm[0] == 'P' ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1;
        JsonObject header = Header(algorithm, h => h["kid"] = KeyId + "-rsa");
        return SignWith(claims, header, bytes => _rsa.SignData(bytes, HashAlgorithmName.SHA256, padding));
    }

    /// <summary>The mix-up: HMAC with the public key as the secret.</summary>
    public string SignHmacWithPublicKey(JsonObject claims) =>
        SignWith(claims, Header("HS256", null), bytes => HMACSHA256.HashData(Encoding.ASCII.GetBytes(RsaPublicKeyPem), bytes));

    public string WithoutSignature(JsonObject claims) => SignWith(claims, Header("none", null), _ => []);

    /// <summary>Signs header and payload as they are.</summary>
    public string SignRaw(string header, string payload)
    {
        string signed = $"{Encode(header)}.{Encode(payload)}";
        return $"{signed}.{Base64Url.EncodeToString(_key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256))}";
    }

    public JsonObject EcKey()
    {
        ECParameters key = _key.ExportParameters(false);
        return new JsonObject
        {
            ["kty"] = "EC",
            ["crv"] = "P-256",
            ["use"] = "sig",
            ["kid"] = KeyId,
            ["x"] = Base64Url.EncodeToString(key.Q.X!),
            ["y"] = Base64Url.EncodeToString(key.Q.Y!),
        };
    }

    public JsonObject RsaKey()
    {
        RSAParameters key = _rsa.ExportParameters(false);
        return new JsonObject
        {
            ["kty"] = "RSA",
            ["use"] = "sig",
            ["kid"] = KeyId + "-rsa",
            ["n"] = Base64Url.EncodeToString(key.Modulus!),
            ["e"] = Base64Url.EncodeToString(key.Exponent!),
        };
    }

    public void Dispose()
    {
        _key.Dispose();
        RsaKeys.GiveBack(_rsa);
    }

    private JsonObject Header(string algorithm, Action<JsonObject>? change)
    {
        var header = new JsonObject { ["alg"] = algorithm, ["typ"] = "JWT", ["kid"] = KeyId };
        change?.Invoke(header);
        return header;
    }

    private static string SignWith(JsonObject claims, JsonObject header, Func<byte[], byte[]> sign)
    {
        string signed = $"{Encode(header.ToJsonString())}.{Encode(claims.ToJsonString())}";
        return $"{signed}.{Base64Url.EncodeToString(sign(Encoding.ASCII.GetBytes(signed)))}";
    }

    private static string Encode(string part) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(part));
}
