using System.Buffers.Text;

namespace Onboarding.Api.Identity;

/// <summary>Identities of issuers whose subjects name something that hosts share (<c>subjectIs: Shared</c>).</summary>
public static class SharedSubject
{
    private const int Bytes = 8;

    /// <summary>
    /// The subject with <c>-h-</c> and the first 16 hex digits of the key's thumbprint. The suffix has a fixed length and is
    /// always added, so a subject that looks as if it had one gains nothing.
    /// </summary>
    /// <param name="subject">The token's <c>sub</c>.</param>
    /// <param name="thumbprint">Thumbprint (RFC 7638) of the agent's key, base64url.</param>
    /// <exception cref="ArgumentException">The thumbprint isn't one.</exception>
    public static string ForKey(string subject, string thumbprint)
    {
        ArgumentException.ThrowIfNullOrEmpty(subject);
        ArgumentException.ThrowIfNullOrEmpty(thumbprint);
        return subject + (Suffix(thumbprint) ?? throw new ArgumentException("The thumbprint is not base64url of a hash.", nameof(thumbprint)));
    }

    /// <summary>What a key adds to a subject; null if the thumbprint isn't one.</summary>
    internal static string? Suffix(string thumbprint)
    {
        Span<byte> hash = stackalloc byte[64];
        return thumbprint.Length > 64 || !Base64Url.IsValid(thumbprint) || Base64Url.DecodeFromChars(thumbprint, hash) < Bytes
            ? null
            : $"-h-{Convert.ToHexStringLower(hash[..Bytes])}";
    }
}
