using System.Security.Cryptography;
using System.Text;

namespace Onboarding.Api.Identity;

/// <summary>Names of WorkloadKeyBindings: lower-case base32 of SHA-256 of the canonical identity, 52 characters.</summary>
public static class KeyBindingName
{
    private const string Alphabet = "abcdefghijklmnopqrstuvwxyz234567";

    /// <summary>The name for an identity.</summary>
    /// <param name="identity">The verified identity.</param>
    /// <exception cref="ArgumentException">The identity has none or several members set.</exception>
    public static string ForIdentity(WorkloadIdentity identity) => Base32(SHA256.HashData(Encoding.UTF8.GetBytes(CanonicalIdentity.Serialize(identity))));

    private static string Base32(ReadOnlySpan<byte> bytes)
    {
        StringBuilder text = new();
        int buffer = 0;
        int bits = 0;
        foreach (byte b in bytes)
        {
            buffer = (buffer << 8) | b;
            bits += 8;
            while (bits >= 5)
            {
                bits -= 5;
                text.Append(Alphabet[(buffer >> bits) & 31]);
            }

            buffer &= (1 << bits) - 1;
        }

        return bits == 0 ? text.ToString() : text.Append(Alphabet[(buffer << (5 - bits)) & 31]).ToString();
    }
}
