using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Onboarding.Api.Identity;

/// <summary>The subject alternative names of a certificate, URIs among them (which .NET's own extension class doesn't list).</summary>
/// <param name="Uris">The URIs, in order.</param>
/// <param name="Count">How many names there are, of any kind.</param>
/// <param name="Critical">Whether the extension is marked critical.</param>
public sealed record AlternativeNames(IReadOnlyList<string> Uris, int Count, bool Critical)
{
    private const string Extension = "2.5.29.17";

    private static readonly Asn1Tag UriTag = new(TagClass.ContextSpecific, 6);

    /// <summary>Those of a certificate; none where it has no such extension.</summary>
    /// <exception cref="CryptographicException">The extension is malformed, or there are two of them.</exception>
    public static AlternativeNames FromCertificate(X509Certificate2 certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        X509Extension[] found = [.. certificate.Extensions.Where(e => e.Oid?.Value == Extension)];
        if (found.Length == 0)
        {
            return new AlternativeNames([], 0, Critical: false);
        }

        // Two extensions of one kind are forbidden; readers differ in which of them they take.
        if (found.Length > 1)
        {
            throw new CryptographicException("The certificate has two lists of subject alternative names.");
        }

        try
        {
            var uris = new List<string>();
            int count = 0;
            AsnReader names = new AsnReader(found[0].RawData, AsnEncodingRules.DER).ReadSequence();
            for (; names.HasData; count++)
            {
                if (names.PeekTag().HasSameClassAndValue(UriTag))
                {
                    uris.Add(names.ReadCharacterString(UniversalTagNumber.IA5String, UriTag));
                }
                else
                {
                    names.ReadEncodedValue();
                }
            }

            return new AlternativeNames(uris, count, found[0].Critical);
        }
        catch (AsnContentException e)
        {
            throw new CryptographicException("The certificate's subject alternative names are malformed.", e);
        }
    }
}
