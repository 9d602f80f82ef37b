using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Onboarding.Connections;

/// <summary>Certificate revocation lists as text: PEM blocks <c>X509 CRL</c>, one or more, and nothing else.</summary>
public static class RevocationListText
{
    private const string Label = "X509 CRL";

    /// <summary>True if the text is nothing but lists that can be read. Signatures are for those who have the certificates.</summary>
    /// <param name="text">The text.</param>
    public static bool IsValid(string text) => TryRead(text, out int count) && count > 0;

    private static bool TryRead(ReadOnlySpan<char> text, out int count)
    {
        count = 0;
        while (PemEncoding.TryFind(text, out PemFields fields))
        {
            if (!text[fields.Label].SequenceEqual(Label) || !text[..fields.Location.Start].IsWhiteSpace() || !IsList(text[fields.Base64Data], fields.DecodedDataLength))
            {
                return false;
            }

            count++;
            text = text[fields.Location.End..];
        }

        return text.IsWhiteSpace();
    }

    private static bool IsList(ReadOnlySpan<char> base64, int length)
    {
        byte[] data = new byte[length];
        try
        {
            if (!Convert.TryFromBase64Chars(base64, data, out int written) || written != length)
            {
                return false;
            }

            CertificateRevocationListBuilder.Load(data, out _, out int read);
            return read == length;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }
}
