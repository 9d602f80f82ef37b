using Microsoft.IdentityModel.Tokens;

namespace Onboarding.Endpoint.Authentication.Jwt;

/// <summary>Checks a token's signature against an issuer's keys.</summary>
internal static class SignatureChecker
{
    // A token without kid is tried with every key; an issuer with thousands of keys must not make that a way to burn a core.
    private const int MostTries = 8;

    /// <summary>True if one of the keys that the header allows made the signature.</summary>
    /// <param name="token">The token.</param>
    /// <param name="algorithm">Its algorithm, already found acceptable.</param>
    /// <param name="kid">Its key id, if it has one.</param>
    /// <param name="keys">The issuer's keys.</param>
    public static bool IsGood(CompactJwt token, string algorithm, string? kid, IReadOnlyList<JsonWebKey> keys)
    {
        int tries = 0;
        for (int i = 0; i < keys.Count && tries < MostTries; i++)
        {
            if (!Fits(keys[i], algorithm, kid))
            {
                continue;
            }

            tries++;
            if (Made(keys[i], token, algorithm))
            {
                return true;
            }
        }

        return false;
    }

    private static bool Fits(JsonWebKey key, string algorithm, string? kid)
    {
        bool idFits = kid is null || string.IsNullOrEmpty(key.Kid) || key.Kid == kid;
        bool algorithmFits = string.IsNullOrEmpty(key.Alg) || key.Alg == algorithm;
        // RS/ES mix-up: the algorithm says what kind of key it needs, never the other way round.
        bool kindFits = algorithm switch
        {
            "ES256" => key is { Kty: "EC", Crv: "P-256" },
            "ES384" => key is { Kty: "EC", Crv: "P-384" },
            "ES512" => key is { Kty: "EC", Crv: "P-521" },
            _ => key.Kty == "RSA",
        };
        return idFits && algorithmFits && kindFits;
    }

    private static bool Made(JsonWebKey key, CompactJwt token, string algorithm)
    {
        SignatureProvider? provider = null;
        try
        {
            provider = key.CryptoProviderFactory.CreateForVerifying(key, algorithm);
            return provider.Verify(token.SignedBytes, token.Signature);
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or NotSupportedException
            or System.Security.Cryptography.CryptographicException or SecurityTokenException)
        {
            // A key the library can't use made no signature.
            return false;
        }
        finally
        {
            if (provider is not null)
            {
                key.CryptoProviderFactory.ReleaseSignatureProvider(provider);
            }
        }
    }
}
