using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Onboarding.Embedded.Istio;

/// <summary>Reads certificates of a PEM text.</summary>
internal static class PemCertificates
{
    /// <summary>Those that can be read, in their order; what can't is left out.</summary>
    public static ImmutableArray<X509Certificate2> Readable(string pem)
    {
        ImmutableArray<X509Certificate2>.Builder found = ImmutableArray.CreateBuilder<X509Certificate2>();
        ReadOnlySpan<char> rest = pem;
        while (PemEncoding.TryFind(rest, out PemFields fields))
        {
            if (rest[fields.Label] is "CERTIFICATE")
            {
                try
                {
                    found.Add(X509CertificateLoader.LoadCertificate(Convert.FromBase64String(rest[fields.Base64Data].ToString())));
                }
                catch (CryptographicException)
                {
                    // As istiod: one bad certificate doesn't take the whole bundle with it.
                }
            }

            rest = rest[fields.Location.End..];
        }

        return found.ToImmutable();
    }
}
