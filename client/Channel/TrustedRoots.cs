using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Onboarding.Client.Errors;
using Onboarding.Connections;

namespace Onboarding.Client.Channel;

/// <summary>Reads the certificates of the authorities to trust: <c>tls.caFile</c>, or what an environment variable holds.</summary>
internal static class TrustedRoots
{
    /// <summary>Name of the environment variable with the certificates, PEM.</summary>
    public const string VariableName = "ONBOARDING_AGENT_ROOT_CERTS";

    private const string NoCertificate = "it holds no certificate in PEM";

    /// <summary>The file, which is read again at each use.</summary>
    /// <param name="path">The file.</param>
    /// <param name="warn">Takes a warning of a file that can't be read any more.</param>
    /// <exception cref="OnboardingException">
    /// <see cref="ErrorIds.CertificateAuthorityUnusable"/>: a file that names whom to trust and can't be read must never end in
    /// trusting another one.
    /// </exception>
    public static TrustFile Open(string path, Action<string> warn)
    {
        try
        {
            return new TrustFile(path, warn);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw Unusable(path, e.Message.TrimEnd('.'), e);
        }
    }

    /// <summary>
    /// The certificates in a text. Line ends may be written <c>\n</c> or be spaces: what is typed into a cloud's console keeps no lines.
    /// </summary>
    /// <exception cref="CryptographicException">There is none in it, or one that can't be read. The message has nothing of the text.</exception>
    public static X509Certificate2Collection Parse(string text)
    {
        PemCertificates read = PemCertificates.Read(text.Replace("\\r", "", StringComparison.Ordinal).Replace("\\n", "\n", StringComparison.Ordinal));
        return read.Certificates.Count == 0 ? throw new CryptographicException(NoCertificate)
            : read.IsCut ? throw new CryptographicException("it ends within a certificate")
            : read.Certificates;
    }

    /// <summary>What is wrong with a text for <see cref="Parse"/>; null if nothing is.</summary>
    public static string? WhyUnusable(string text)
    {
        try
        {
            foreach (X509Certificate2 root in Parse(text))
            {
                root.Dispose();
            }

            return null;
        }
        catch (CryptographicException e)
        {
            return e.Message.TrimEnd('.');
        }
    }

    private static OnboardingException Unusable(string path, string why, Exception inner) => new(
        ErrorIds.CertificateAuthorityUnusable,
        $"onboardingEndpoint.transportSecurity.tls.caFile {path} can't be used: {why}.",
        $"openssl x509 -noout -subject -in {path}; then put the certificate authority of the onboarding endpoint there, in PEM",
        inner);
}
