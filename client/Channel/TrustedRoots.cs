using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Onboarding.Client.Errors;

namespace Onboarding.Client.Channel;

/// <summary>Reads <c>tls.caFile</c>.</summary>
internal static class TrustedRoots
{
    /// <summary>The certificates in the file, at least one.</summary>
    /// <exception cref="OnboardingException">
    /// <see cref="ErrorIds.CertificateAuthorityUnusable"/>: a file that names whom to trust and can't be read must never end in
    /// trusting somebody else.
    /// </exception>
    public static X509Certificate2Collection Read(string path)
    {
        var roots = new X509Certificate2Collection();
        try
        {
            roots.ImportFromPemFile(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw Unusable(path, e.Message.TrimEnd('.'), e);
        }

        return roots.Count > 0 ? roots : throw Unusable(path, "it holds no certificate in PEM", null);
    }

    private static OnboardingException Unusable(string path, string why, Exception? inner) => new(
        ErrorIds.CertificateAuthorityUnusable,
        $"onboardingEndpoint.transportSecurity.tls.caFile {path} can't be used: {why}.",
        $"openssl x509 -noout -subject -in {path}; then put the certificate authority of the onboarding endpoint there, in PEM",
        inner);
}
