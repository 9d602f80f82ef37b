using System.Formats.Asn1;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Onboarding.Api;
using Onboarding.Plane.Refusals;

namespace Onboarding.Endpoint.Authentication.X509;

/// <summary>Subject alternative names of a certificate (RFC 5280 section 4.2.1.6), as it has them.</summary>
/// <param name="Dns">DNS names.</param>
/// <param name="Uris">URIs.</param>
/// <param name="Emails">E-mail addresses.</param>
/// <param name="Ips">IP addresses.</param>
internal sealed record SubjectNames(IReadOnlyList<string> Dns, IReadOnlyList<string> Uris, IReadOnlyList<string> Emails, IReadOnlyList<string> Ips)
{
    private const string Oid = "2.5.29.17";
    private const int Most = 64;
    private const int Longest = 512;

    /// <summary>Reads them.</summary>
    /// <exception cref="RefusedException">They can't be read: nothing is skipped that someone might have meant.</exception>
    public static SubjectNames Read(X509Certificate2 certificate)
    {
        X509Extension[] extensions = [.. certificate.Extensions.Where(e => e.Oid?.Value == Oid)];
        if (extensions.Length > 1)
        {
            throw Unusable("there are two lists of them");
        }

        var names = new SubjectNames(new List<string>(), new List<string>(), new List<string>(), new List<string>());
        if (extensions is [{ } extension])
        {
            names.Fill(extension.RawData);
        }

        return names;
    }

    private void Fill(byte[] encoded)
    {
        try
        {
            AsnReader names = new AsnReader(encoded, AsnEncodingRules.DER).ReadSequence();
            for (int count = 0; names.HasData; count++)
            {
                Asn1Tag tag = names.PeekTag();
                if (count == Most || tag.TagClass != TagClass.ContextSpecific)
                {
                    throw Unusable($"there are more than {Most}, or something else is among them");
                }

                switch (tag.TagValue)
                {
                    case 1:
                        ((List<string>)Emails).Add(Text(names, tag));
                        break;
                    case 2:
                        ((List<string>)Dns).Add(Text(names, tag));
                        break;
                    case 6:
                        ((List<string>)Uris).Add(Text(names, tag));
                        break;
                    case 7:
                        ((List<string>)Ips).Add(new IPAddress(names.ReadOctetString(tag)).ToString());
                        break;
                    default:
                        // Other kinds of names are no part of what policies can ask about.
                        names.ReadEncodedValue();
                        break;
                }
            }
        }
        catch (Exception e) when (e is AsnContentException or ArgumentException)
        {
            throw Unusable("they can't be read");
        }
    }

    private static string Text(AsnReader names, Asn1Tag tag)
    {
        string text = names.ReadCharacterString(UniversalTagNumber.IA5String, tag);
        return text.Length is > 0 and <= Longest && !text.AsSpan().ContainsAnyExceptInRange('!', '~')
            ? text
            : throw Unusable("one is empty, too long or has characters that don't print");
    }

    private static RefusedException Unusable(string why) =>
        Refuse.Unauthenticated(Reasons.CredentialSubject, $"The certificate's alternative names can't be used: {why}.");
}
