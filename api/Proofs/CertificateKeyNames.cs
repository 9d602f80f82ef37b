namespace Onboarding.Api.Proofs;

/// <summary>Names of kinds of keys that certificates have and this project can't verify with, for messages.</summary>
public static class CertificateKeyNames
{
    /// <summary>The name people know; the object identifier itself where it isn't one that people meet.</summary>
    /// <param name="algorithm">Object identifier of the key's algorithm, dotted.</param>
    public static string ForAlgorithm(string algorithm) => algorithm switch
    {
        // RFC 8410, section 3. The base library has neither, and a verifier of our own is the last thing to have here.
        "1.3.101.112" => "Ed25519",
        "1.3.101.113" => "Ed448",
        "1.2.840.10040.4.1" => "DSA",
        "1.2.840.113549.1.1.10" => "RSA-PSS only",
        _ => algorithm,
    };
}
