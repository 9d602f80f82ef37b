using System.Globalization;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Onboarding.Api.Configuration;
using Onboarding.Client.Errors;

namespace Onboarding.Client.Channel;

/// <summary>Decides on the endpoint's certificate as .NET does, and keeps what to tell of a refused one.</summary>
internal sealed class CertificateCheck(OnboardingEndpoint endpoint, string expectedName, string trusted, TimeProvider time)
{
    private volatile OnboardingException? _lastFailure;
    private volatile string? _lastName;

    /// <summary>Why the last certificate was refused; null if it was accepted.</summary>
    public OnboardingException? LastFailure => _lastFailure;

    /// <summary>Whom the last certificate is for, accepted or not; null if none was seen.</summary>
    public string? LastName => _lastName;

    /// <summary>Takes note of a certificate that is to be accepted whatever it is.</summary>
    public void Note(X509Certificate2? certificate) => _lastName = NameOf(certificate);

    /// <summary>True if the certificate is good: chain, names and time, no exceptions.</summary>
    /// <param name="certificate">The certificate.</param>
    /// <param name="chain">What is wrong with its chain.</param>
    /// <param name="errors">What is wrong with it.</param>
    public bool Accept(X509Certificate2? certificate, IReadOnlyList<X509ChainStatus> chain, SslPolicyErrors errors)
    {
        Note(certificate);
        _lastFailure = errors == SslPolicyErrors.None ? null : Explain(certificate, chain, errors);
        return errors == SslPolicyErrors.None;
    }

    private OnboardingException Explain(X509Certificate2? certificate, IReadOnlyList<X509ChainStatus> chain, SslPolicyErrors errors)
    {
        string place = $"{endpoint.Host}:{endpoint.Port}";
        string look = $"openssl s_client -connect {place} -servername {expectedName} </dev/null";
        if (certificate is null)
        {
            return new OnboardingException(ErrorIds.CertificateNotTrusted, $"{place} presented no certificate.", look);
        }

        X509ChainStatusFlags status = chain.Aggregate(X509ChainStatusFlags.NoError, (all, s) => all | s.Status);
        if ((status & X509ChainStatusFlags.NotTimeValid) != 0)
        {
            return new OnboardingException(
                ErrorIds.CertificateExpired,
                $"The certificate of {place} is good from {Text(certificate.NotBefore)} to {Text(certificate.NotAfter)}, and this machine's clock says {Text(time.GetUtcNow().UtcDateTime)}.",
                "timedatectl; if the clock is right, the operator of the endpoint must renew its certificate");
        }

        if ((errors & SslPolicyErrors.RemoteCertificateChainErrors) != 0)
        {
            string why = string.Join("; ", chain.Select(s => s.StatusInformation.Trim()));
            return new OnboardingException(
                ErrorIds.CertificateNotTrusted,
                $"The certificate of {place} ('{certificate.Subject}', issued by '{certificate.Issuer}') isn't trusted by {trusted}: {why}.",
                look + (trusted.EndsWith(TrustedRoots.VariableName, StringComparison.Ordinal)
                    ? $"; then put the authority that issued it into {TrustedRoots.VariableName}"
                    : "; then set onboardingEndpoint.transportSecurity.tls.caFile to the file of the authority that issued it"));
        }

        return new OnboardingException(
            ErrorIds.CertificateNameMismatch,
            $"The certificate of {place} is for {Names(certificate)}, not for '{expectedName}'.",
            look + "; then set onboardingEndpoint.transportSecurity.tls.sni to a name the certificate has");
    }

    // Those of public authorities often have no subject.
    private static string? NameOf(X509Certificate2? certificate) =>
        certificate is null ? null : certificate.Subject.Length > 0 ? certificate.Subject : Names(certificate);

    private static string Names(X509Certificate2 certificate)
    {
        X509SubjectAlternativeNameExtension? names = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().FirstOrDefault();
        IEnumerable<string> all = names is null ? [] : names.EnumerateDnsNames().Concat(names.EnumerateIPAddresses().Select(a => a.ToString()));
        string text = string.Join(", ", all.Take(10));
        return text.Length == 0 ? $"'{certificate.Subject}'" : text;
    }

    private static string Text(DateTime at) => at.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
