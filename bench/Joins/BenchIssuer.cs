using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Onboarding.Bench.Joins;

/// <summary>A JWT issuer in memory.</summary>
internal sealed class BenchIssuer : IDisposable
{
    public const string Url = "https://bench.localhost";
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public string KeySet
    {
        get
        {
            ECPoint point = _key.ExportParameters(includePrivateParameters: false).Q;
            return $$"""
                {"keys": [{"kty": "EC", "crv": "P-256", "alg": "ES256", "use": "sig", "kid": "bench",
                  "x": "{{Base64Url.EncodeToString(point.X!)}}", "y": "{{Base64Url.EncodeToString(point.Y!)}}"}]}
                """;
        }
    }

    public string Issue(string subject, string audience)
    {
        long now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        string header = Encode("""{"alg":"ES256","typ":"JWT","kid":"bench"}""");
        string claims = Encode(
            $$"""{"iss":"{{Url}}","sub":"{{subject}}","aud":"{{audience}}","iat":{{now}},"nbf":{{now}},"exp":{{now + 300}}}""");
        byte[] signed = Encoding.ASCII.GetBytes($"{header}.{claims}");
        return $"{header}.{claims}.{Base64Url.EncodeToString(_key.SignData(signed, HashAlgorithmName.SHA256))}";
    }

    public void Dispose() => _key.Dispose();

    private static string Encode(string json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));
}
