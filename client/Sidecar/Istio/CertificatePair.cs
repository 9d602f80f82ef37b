using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Onboarding.Api.Identity;
using Onboarding.Client.Credentials.Files;
using Onboarding.Client.Native;

namespace Onboarding.Client.Sidecar.Istio;

/// <summary>
/// <c>/etc/certs/cert-chain.pem</c> and <c>key.pem</c> (Istio's <c>OUTPUT_CERTS</c>): the certificate that istiod issued, which
/// pilot-agent authenticates with instead of the token at its next start (<c>PROV_CERT</c>).
/// </summary>
/// <param name="Chain">The certificate and those above it; null if there is no such file.</param>
/// <param name="Key">Its key; null if there is no such file.</param>
internal sealed record CertificatePair(CertificateFile? Chain, CertificateFile? Key)
{
    /// <summary>Where it lies, below the root of the file system, unless an administrator says otherwise.</summary>
    public const string DefaultDirectory = "etc/certs";

    /// <summary>Name of the file with the certificate.</summary>
    public const string ChainName = "cert-chain.pem";

    /// <summary>Name of the file with the key.</summary>
    public const string KeyName = "key.pem";

    /// <summary>True if there is neither file.</summary>
    public bool IsAbsent => Chain is null && Key is null;

    /// <summary>Reads it.</summary>
    /// <param name="root">Root of the file system.</param>
    /// <param name="place">Where it lies, below the root.</param>
    /// <exception cref="IOException">One of them is something that pilot-agent wouldn't write.</exception>
    public static CertificatePair Read(string root, string place)
    {
        using DirectoryHandle? directory = DirectoryHandle.Find(root, place);
        return directory is null
            ? new CertificatePair(null, null)
            : new CertificatePair(CertificateFile.Read(directory, ChainName), CertificateFile.Read(directory, KeyName));
    }

    /// <summary>Removes it.</summary>
    /// <param name="root">Root of the file system.</param>
    /// <param name="place">Where it lies, below the root.</param>
    public static void Delete(string root, string place)
    {
        using DirectoryHandle? directory = DirectoryHandle.Find(root, place);
        // The key first: after a crash in between, the certificate alone still says whose it is.
        directory?.Delete(KeyName);
        directory?.Delete(ChainName);
        directory?.Synchronize();
    }

    /// <summary>The certificates of the chain, the workload's own first; empty where that can't be read.</summary>
    public X509Certificate2Collection Certificates()
    {
        var all = new X509Certificate2Collection();
        try
        {
            all.ImportFromPem(Encoding.UTF8.GetString(Chain?.Content ?? []));
        }
        catch (CryptographicException)
        {
            all.Clear();
        }

        return all;
    }

    /// <summary>When the workload's own certificate expires; null where that can't be read.</summary>
    public DateTimeOffset? ExpiresAt
    {
        get
        {
            using var chain = new LoadedCertificates(Certificates());
            return chain.All.FirstOrDefault() is { } leaf ? new DateTimeOffset(leaf.NotAfter.ToUniversalTime()) : null;
        }
    }

    /// <summary>Who a certificate says that its holder is; null if it doesn't say.</summary>
    public static string? IdentityOf(X509Certificate2 certificate)
    {
        try
        {
            return AlternativeNames.FromCertificate(certificate).Uris is [{ } first, ..] ? first : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    /// <summary>True if the key is the certificate's: pilot-agent writes the two one after the other.</summary>
    public bool KeyBelongsTo(X509Certificate2 certificate)
    {
        if (Key is null)
        {
            return false;
        }

        try
        {
            string pem = Encoding.UTF8.GetString(Key.Content);
            using X509Certificate2 both = X509Certificate2.CreateFromPem(certificate.ExportCertificatePem(), pem);
            return both.HasPrivateKey;
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            return false;
        }
    }
}
