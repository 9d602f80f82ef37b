using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;

namespace Onboarding.Testing.Clouds;

/// <summary>What Azure signs with, and what it signs: attested documents and tokens of managed identities, in their real form.</summary>
public sealed class AzureCloud : IDisposable
{
    public const string Tenant = "72f988bf-86f1-41af-91ab-2d7cd011db47";
    public const string Subscription = "8d10da13-8125-4ba9-a717-bf7490507b3d";
    public const string VmId = "d3e0e374-fda6-4649-bbc9-7f20dc379f34";
    public const string Audience = "api://onboarding";
    public const string Machine = $"/subscriptions/{Subscription}/resourceGroups/shop/providers/Microsoft.Compute/virtualMachines/web-1";
    public const string Identity = $"/subscriptions/{Subscription}/resourcegroups/shop/providers/Microsoft.ManagedIdentity/userAssignedIdentities/ratings";

    public AzureCloud()
    {
        Root = CertificateAuthority.Create("CN=Test Global Root G2,O=Test Certificates,C=US", rsa: true);
        Issuing = Root.Intermediate("CN=Test Azure RSA TLS Issuing CA 07,O=Test Corporation,C=US", rsa: true);
        Signer = Issue("eastus.metadata.azure.com");
    }

    public CertificateAuthority Root { get; }

    public CertificateAuthority Issuing { get; }

    /// <summary>What documents are signed with.</summary>
    public IssuedCertificate Signer { get; }

    public TokenSigner Tokens { get; } = new("azure-key-1");

    /// <summary>The content of a document.</summary>
    public static JsonObject Content(string nonce, DateTimeOffset now) => new()
    {
        ["licenseType"] = "",
        ["nonce"] = nonce,
        ["plan"] = new JsonObject { ["name"] = "", ["product"] = "", ["publisher"] = "" },
        ["sku"] = "22_04-lts-gen2",
        ["subscriptionId"] = Subscription,
        ["timeStamp"] = new JsonObject { ["createdOn"] = Text(now), ["expiresOn"] = Text(now.AddHours(6)) },
        ["vmId"] = VmId,
    };

    /// <summary>Claims of a token of the machine's own identity.</summary>
    public static JsonObject Claims(DateTimeOffset now) => new()
    {
        ["aud"] = Audience,
        ["iss"] = $"https://sts.windows.net/{Tenant}/",
        ["iat"] = now.ToUnixTimeSeconds(),
        ["nbf"] = now.ToUnixTimeSeconds(),
        ["exp"] = now.AddHours(24).ToUnixTimeSeconds(),
        ["oid"] = "4f1f6a6c-8e0c-4d29-8f0a-2c7f0e1a9b11",
        ["sub"] = "4f1f6a6c-8e0c-4d29-8f0a-2c7f0e1a9b11",
        ["tid"] = Tenant,
        ["ver"] = "1.0",
        ["xms_mirid"] = Machine,
    };

    /// <summary>Signs a document as Azure does: the signer's certificate comes along.</summary>
    public byte[] Sign(JsonObject content, IssuedCertificate? signer = null) => Sign(content.ToJsonString(), signer);

    public byte[] Sign(string content, IssuedCertificate? signer = null)
    {
        using X509Certificate2 certificate = (signer ?? Signer).WithKey();
        return new CmsWriter(Encoding.UTF8.GetBytes(content)).WithCertificate(certificate).WithSigner(certificate).ToArray();
    }

    /// <summary>A certificate of the cloud's own issuer.</summary>
    public IssuedCertificate Issue(string dnsName, string? issuerAddress = null, string subject = "CN=metadata.azure.com,O=Test Corporation,C=US") =>
        Issuing.Issue(subject, new CertificateTerms
        {
            Rsa = true,
            DnsNames = dnsName.Length == 0 ? [] : [dnsName],
            ExtendedUsages = [CertificateAuthority.ServerAuthentication],
            IssuerAddress = issuerAddress,
        });

    public void Dispose()
    {
        Root.Dispose();
        Issuing.Dispose();
        Signer.Dispose();
        Tokens.Dispose();
    }

    private static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("MM/dd/yy HH:mm:ss", CultureInfo.InvariantCulture) + " -0000";
}
