using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Onboarding.Connections;

/// <summary>
/// The certificates of a text in PEM. One that can't be read doesn't take the others with it: a bundle of many authorities has one
/// in it some day that this machine's libraries refuse.
/// </summary>
/// <param name="Certificates">Those that can be read, in order.</param>
/// <param name="Skipped">How many can't.</param>
/// <param name="IsCut">The text ends within a certificate: it is being written.</param>
public sealed record PemCertificates(X509Certificate2Collection Certificates, int Skipped, bool IsCut)
{
    private const string Label = "CERTIFICATE";
    private const string Begin = $"-----BEGIN {Label}-----";
    private const string End = $"-----END {Label}-----";

    /// <summary>Reads them.</summary>
    public static PemCertificates Read(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var certificates = new X509Certificate2Collection();
        int skipped = 0;
        int from = 0;
        while ((from = text.IndexOf(Begin, from, StringComparison.Ordinal)) >= 0)
        {
            int next = text.IndexOf(Begin, from + Begin.Length, StringComparison.Ordinal);
            int end = text.IndexOf(End, from, StringComparison.Ordinal);
            if (end < 0)
            {
                return new PemCertificates(certificates, skipped, IsCut: true);
            }

            if ((next < 0 || end < next) && Parse(text[from..(end + End.Length)]) is { } certificate)
            {
                certificates.Add(certificate);
            }
            else
            {
                skipped++;
            }

            from = next < 0 || end < next ? end + End.Length : next;
        }

        return new PemCertificates(certificates, skipped, IsCut: false);
    }

    private static X509Certificate2? Parse(string block)
    {
        try
        {
            return X509Certificate2.CreateFromPem(block);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
