using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Onboarding.Testing.Clouds;

/// <summary>Signs tokens as clouds do (RS256), and publishes its key.</summary>
public sealed class TokenSigner(string kid = "cloud-key-1") : IDisposable
{
    private readonly RSA _key = RsaKeys.Take();

    public string PrivateKeyPem => _key.ExportPkcs8PrivateKeyPem();

    /// <summary>The public key in a key set.</summary>
    /// <param name="use">What the key says it is for.</param>
    public string Jwks(string use = "sig") => new JsonObject { ["keys"] = new JsonArray(Key(use)) }.ToJsonString();

    public JsonObject Key(string use)
    {
        RSAParameters key = _key.ExportParameters(false);
        return new JsonObject
        {
            ["kty"] = "RSA",
            ["use"] = use,
            ["kid"] = kid,
            ["n"] = Base64Url.EncodeToString(key.Modulus!),
            ["e"] = Base64Url.EncodeToString(key.Exponent!),
        };
    }

    public string Sign(JsonObject claims, Action<JsonObject>? header = null)
    {
        var head = new JsonObject { ["alg"] = "RS256", ["typ"] = "JWT", ["kid"] = kid };
        header?.Invoke(head);
        string signed = $"{Encode(head)}.{Encode(claims)}";
        byte[] signature = _key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return $"{signed}.{Base64Url.EncodeToString(signature)}";
    }

    public void Dispose() => RsaKeys.GiveBack(_key);

    private static string Encode(JsonObject part) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(part.ToJsonString()));
}
