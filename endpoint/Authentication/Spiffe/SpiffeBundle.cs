using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.IdentityModel.Tokens;
using Onboarding.Endpoint.Authentication.Jwt;

namespace Onboarding.Endpoint.Authentication.Spiffe;

/// <summary>A trust domain's bundle (SPIFFE-Trust-Domain-and-Bundle section 4): a key set whose keys say what they are for.</summary>
internal static class SpiffeBundle
{
    private const string ForJwt = "jwt-svid";
    private const string ForX509 = "x509-svid";

    /// <summary>Reads a bundle. A key without a use, or with another, is left out, as the standard asks for.</summary>
    /// <exception cref="IssuerKeysException">It can't be read, or has no key that can be used.</exception>
    public static IReadOnlyList<JsonWebKey> Read(string json, string from) =>
        KeySetReader.Read(json, from, key => key.Use == ForJwt ? KeySetReader.CanVerify(key) : key is { Use: ForX509, X5c.Count: 1 });

    /// <summary>The keys that sign JWT-SVIDs.</summary>
    public static IIssuerKeySource ForTokens(IIssuerKeySource bundle) => new Part(bundle);

    /// <summary>The roots of X.509-SVIDs. The caller disposes of them.</summary>
    public static X509Certificate2Collection Roots(IReadOnlyList<JsonWebKey> bundle)
    {
        var roots = new X509Certificate2Collection();
        foreach (JsonWebKey key in bundle.Where(k => k.Use == ForX509))
        {
            try
            {
                X509Certificate2 root = X509CertificateLoader.LoadCertificate(Convert.FromBase64String(key.X5c[0]));
                if (root.Extensions.OfType<X509BasicConstraintsExtension>().Any(e => e.CertificateAuthority))
                {
                    roots.Add(root);
                }
                else
                {
                    root.Dispose();
                }
            }
            catch (Exception e) when (e is FormatException or CryptographicException)
            {
                // One entry that can't be read doesn't take the others' trust away, and gives none.
            }
        }

        return roots;
    }

    private sealed class Part(IIssuerKeySource bundle) : IIssuerKeySource
    {
        public async ValueTask<IReadOnlyList<JsonWebKey>> GetAsync(string? mustHave, CancellationToken cancellationToken) =>
            [.. (await bundle.GetAsync(mustHave, cancellationToken)).Where(k => k.Use == ForJwt)];
    }
}
