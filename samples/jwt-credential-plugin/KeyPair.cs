using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Onboarding.Samples.JwtCredentialPlugin;

/// <summary>A P-256 key as JWK: the private half for the plugin, the public half as JWKS for the plane.</summary>
internal sealed class KeyPair : IDisposable
{
    private readonly ECDsa _key;

    private KeyPair(ECDsa key, string id)
    {
        _key = key;
        Id = id;
    }

    /// <summary>The key's <c>kid</c>.</summary>
    public string Id { get; }

    /// <summary><c>generate key -o &lt;prefix&gt;</c>: writes <c>&lt;prefix&gt;.jwk</c> (0600) and <c>&lt;prefix&gt;.jwks</c>.</summary>
    public static int Generate(string prefix, TextWriter output)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        ECParameters parameters = key.ExportParameters(includePrivateParameters: true);
        JsonObject jwk = Public(parameters);
        JsonObject set = new() { ["keys"] = new JsonArray(jwk.DeepClone()) };
        jwk["d"] = Base64Url.EncodeToString(parameters.D!);
        var secret = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        };
        try
        {
            using (var file = new FileStream(prefix + ".jwk", secret))
            {
                file.Write(Encoding.UTF8.GetBytes(jwk.ToJsonString() + "\n"));
            }

            File.WriteAllText(prefix + ".jwks", set.ToJsonString() + "\n");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"The key can't be written: {e.Message} Next: ls -l {prefix}.jwk; a key is never overwritten, pass another prefix");
            return 1;
        }

        output.WriteLine($"{prefix}.jwk: the private key; set SAMPLE_JWT_ISSUER_KEY to it");
        output.WriteLine($"{prefix}.jwks: the public key; paste it into the issuer's jwks in the OnboardingPlane");
        return 0;
    }

    /// <summary>Reads a <c>.jwk</c> file.</summary>
    /// <exception cref="PluginException">It isn't one.</exception>
    public static KeyPair Read(string path)
    {
        try
        {
            JsonObject jwk = (JsonObject)JsonNode.Parse(File.ReadAllBytes(path))!;
            byte[] Part(string name) => Base64Url.DecodeFromChars((string)jwk[name]!);
            var parameters = new ECParameters
            {
                Curve = ECCurve.NamedCurves.nistP256,
                Q = new ECPoint { X = Part("x"), Y = Part("y") },
                D = Part("d"),
            };
            return new KeyPair(ECDsa.Create(parameters), (string?)jwk["kid"] ?? "");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PluginException($"SAMPLE_JWT_ISSUER_KEY {path} can't be read: {e.Message}");
        }
        catch (Exception e) when (e is System.Text.Json.JsonException or CryptographicException or FormatException
            or ArgumentException or InvalidOperationException or InvalidCastException or NullReferenceException)
        {
            throw new PluginException($"SAMPLE_JWT_ISSUER_KEY {path} isn't a private P-256 key as JWK; make one with: generate key -o <prefix>");
        }
    }

    /// <summary>Makes a JWT.</summary>
    public string Sign(JsonObject claims)
    {
        JsonObject header = new() { ["alg"] = "ES256", ["typ"] = "JWT", ["kid"] = Id };
        string content = $"{Encode(header)}.{Encode(claims)}";
        byte[] signature = _key.SignData(
            Encoding.ASCII.GetBytes(content), HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        return $"{content}.{Base64Url.EncodeToString(signature)}";
    }

    public void Dispose() => _key.Dispose();

    private static JsonObject Public(ECParameters parameters)
    {
        string x = Base64Url.EncodeToString(parameters.Q.X!);
        string y = Base64Url.EncodeToString(parameters.Q.Y!);
        // The thumbprint (RFC 7638) is a name that no one has to think up and that two keys can't share.
        byte[] thumbprint = SHA256.HashData(Encoding.UTF8.GetBytes($$"""{"crv":"P-256","kty":"EC","x":"{{x}}","y":"{{y}}"}"""));
        return new JsonObject
        {
            ["kty"] = "EC",
            ["crv"] = "P-256",
            ["use"] = "sig",
            ["alg"] = "ES256",
            ["kid"] = Base64Url.EncodeToString(thumbprint),
            ["x"] = x,
            ["y"] = y,
        };
    }

    private static string Encode(JsonObject part) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(part.ToJsonString()));
}
