using System.Text.Json.Nodes;

namespace Onboarding.Testing.Clouds;

/// <summary>A SPIFFE trust domain: an authority for X.509-SVIDs, a key for JWT-SVIDs, and the bundle of both.</summary>
public sealed class SpiffeDomain(string name = "corp.example") : IDisposable
{
    public string Name { get; } = name;

    public CertificateAuthority Authority { get; } = CertificateAuthority.Create($"O=SPIFFE,CN={name}");

    public TokenSigner Tokens { get; } = new("svid-key-1");

    public string Bundle => new JsonObject
    {
        ["keys"] = new JsonArray(
            Tokens.Key("jwt-svid"),
            new JsonObject
            {
                ["kty"] = "EC",
                ["use"] = "x509-svid",
                ["x5c"] = new JsonArray(Convert.ToBase64String(Authority.Certificate.RawData)),
            }),
        ["spiffe_sequence"] = 1,
        ["spiffe_refresh_hint"] = 300,
    }.ToJsonString();

    /// <summary>Claims of a JWT-SVID.</summary>
    public JsonObject Claims(string audience, DateTimeOffset now, string path = "/vm/web-1") => new()
    {
        ["sub"] = $"spiffe://{Name}{path}",
        ["aud"] = new JsonArray(audience),
        ["exp"] = now.AddMinutes(5).ToUnixTimeSeconds(),
        ["iat"] = now.ToUnixTimeSeconds(),
    };

    /// <summary>An X.509-SVID.</summary>
    public IssuedCertificate Issue(params string[] uris) => Authority.Issue("O=SPIFFE", new CertificateTerms
    {
        Uris = uris,
        ExtendedUsages = [CertificateAuthority.ClientAuthentication, CertificateAuthority.ServerAuthentication],
    });

    public void Dispose()
    {
        Authority.Dispose();
        Tokens.Dispose();
    }
}
