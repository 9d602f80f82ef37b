using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Onboarding.Api;
using Onboarding.Api.Proofs;
using Onboarding.Api.Rpc;
using Onboarding.Endpoint.Authentication.Jwt;
using Onboarding.Plane.Refusals;

namespace Onboarding.Endpoint.Authentication.X509;

/// <summary>
/// Checks that the caller has a certificate's key: a certificate is public, it goes over the wire with every handshake. The
/// statement covers the plane's challenge and the agent's key, so that nothing signed earlier, elsewhere or for another agent will do.
/// </summary>
internal static class PossessionProof
{
    private const int NonceLength = 32;
    private const int LongestSignature = 512;

    /// <summary>Checks the proof.</summary>
    /// <exception cref="RefusedException">The key didn't sign this.</exception>
    public static void Check(X509Possession possession, X509Certificate2 leaf, AuthenticationRequest request)
    {
        if (possession.Nonce.Length != NonceLength || possession.Signature.Length is 0 or > LongestSignature)
        {
            throw TokenChecks.Malformed($"it needs a nonce of {NonceLength} bytes and a signature");
        }

        byte[] statement = Statements.Possession(
            request.Challenge.Span, possession.Nonce.Span, leaf.RawData, request.PlaneUid, request.Key.Thumbprint);
        if (!IsSigned(leaf, statement, possession.Signature.Span))
        {
            throw Refuse.Unauthenticated(
                Reasons.CredentialSignature, "The certificate's key didn't sign this plane's challenge for this agent. Does keyFile belong to certificateFile?");
        }
    }

    private static bool IsSigned(X509Certificate2 leaf, byte[] statement, ReadOnlySpan<byte> signature)
    {
        try
        {
            using ECDsa? ec = leaf.GetECDsaPublicKey();
            if (ec is not null)
            {
                return ec.VerifyData(statement, signature, HashAlgorithmName.SHA256);
            }

            using RSA? rsa = leaf.GetRSAPublicKey();
            return rsa is not null
                ? rsa.VerifyData(statement, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pss)
                : throw Refuse.Unauthenticated(Reasons.CredentialUsage, "The certificate can't prove who a client is: its key isn't one for signatures.");
        }
        catch (Exception e) when (e is CryptographicException or PlatformNotSupportedException)
        {
            // The latter: a point that isn't on the curve, or a curve that no one here knows.
            return false;
        }
    }
}
