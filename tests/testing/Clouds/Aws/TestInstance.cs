using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;

namespace Onboarding.Testing.Clouds.Aws;

/// <summary>An EC2 instance, and the document that says so.</summary>
public sealed record TestInstance
{
    public string Account { get; init; } = "111122223333";

    public string Region { get; init; } = "eu-west-1";

    public string Zone { get; init; } = "eu-west-1a";

    public string Id { get; init; } = "i-1234567890abcdef0";

    public DateTimeOffset Started { get; init; } = DateTimeOffset.UtcNow.AddMinutes(-1);

    /// <summary>The document with every field that AWS puts in; a test changes what it is about.</summary>
    public JsonObject ToJson() => new()
    {
        ["accountId"] = Account,
        ["architecture"] = "x86_64",
        ["availabilityZone"] = Zone,
        ["billingProducts"] = null,
        ["devpayProductCodes"] = null,
        ["marketplaceProductCodes"] = null,
        ["imageId"] = "ami-5fb8c835",
        ["instanceId"] = Id,
        ["instanceType"] = "t3.micro",
        ["kernelId"] = null,
        ["pendingTime"] = Started.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        ["privateIp"] = "10.158.112.84",
        ["ramdiskId"] = null,
        ["region"] = Region,
        ["version"] = "2017-09-30",
    };

    /// <summary>The document as it is signed.</summary>
    public byte[] Document => Encoding.UTF8.GetBytes(ToJson().ToJsonString(new System.Text.Json.JsonSerializerOptions { WriteIndented = true }));

    /// <summary>What the metadata service serves as <c>rsa2048</c>, decoded.</summary>
    public byte[] Sign(X509Certificate2 regionCertificate) => CmsWriter.Sign(Document, regionCertificate);
}
