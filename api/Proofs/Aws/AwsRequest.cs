using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Onboarding.Api.Proofs.Aws;

/// <summary>
/// A request to AWS as the agent signs it and as the plane sends it. Both build it here, from the same few values: a request that
/// was signed for anything else has another signature (Vault's CVE-2020-16250 came of relaying what the client had built).
/// </summary>
public sealed class AwsRequest
{
    /// <summary>
    /// Header that ties the signature to a challenge, a plane and the agent's key: SHA-256 of the statement
    /// <c>onboarding.v1alpha1/aws</c>, base64url. Always among the signed headers.
    /// </summary>
    public const string ChallengeHeader = "x-onboarding-challenge";

    private const string Algorithm = "AWS4-HMAC-SHA256";
    private readonly string _service;
    private readonly string _region;

    private AwsRequest(string service, string region, string body, string contentType, string? target)
    {
        _service = service;
        _region = region;
        Host = AwsPartition.HostOf(service, region);
        Body = body;
        ContentType = contentType;
        Target = target;
    }

    /// <summary>The host, e.g. <c>sts.eu-west-1.amazonaws.com</c>.</summary>
    public string Host { get; }

    /// <summary>The body.</summary>
    public string Body { get; }

    /// <summary>Its <c>content-type</c>.</summary>
    public string ContentType { get; }

    /// <summary>Its <c>x-amz-target</c>; null if it has none.</summary>
    public string? Target { get; }

    /// <summary>sts:GetCallerIdentity: whose credentials are these?</summary>
    /// <param name="region">A region, as <see cref="AwsPartition.IsRegion"/> has it.</param>
    public static AwsRequest GetCallerIdentity(string region) => new(
        "sts", Checked(region), "Action=GetCallerIdentity&Version=2011-06-15", "application/x-www-form-urlencoded; charset=utf-8", null);

    /// <summary>ecs:DescribeTasks of one task.</summary>
    /// <param name="task">The task.</param>
    public static AwsRequest DescribeTask(EcsTaskArn task)
    {
        ArgumentNullException.ThrowIfNull(task);
        return new AwsRequest(
            "ecs",
            Checked(task.Region),
            $$"""{"cluster":"{{task.Cluster}}","tasks":["{{task}}"]}""",
            "application/x-amz-json-1.1",
            "AmazonEC2ContainerServiceV20141113.DescribeTasks");
    }

    /// <summary>Value of <see cref="ChallengeHeader"/>.</summary>
    /// <param name="challenge">The challenge of GetPlane.</param>
    /// <param name="planeUid">The plane's uid.</param>
    /// <param name="publicKey">The agent's public key (SubjectPublicKeyInfo, DER).</param>
    public static string Challenge(ReadOnlySpan<byte> challenge, string planeUid, ReadOnlySpan<byte> publicKey) =>
        Base64Url.EncodeToString(SHA256.HashData(
            new StatementWriter("onboarding.v1alpha1/aws").Add(challenge).Add(planeUid).Add(publicKey).ToArray()));

    /// <summary>The headers that are signed, in their order, without <c>authorization</c>.</summary>
    /// <param name="amzDate">When it is signed: <c>yyyyMMddTHHmmssZ</c>.</param>
    /// <param name="securityToken">The session token.</param>
    /// <param name="challenge">Value of <see cref="ChallengeHeader"/>.</param>
    public IReadOnlyList<(string Name, string Value)> Headers(string amzDate, string securityToken, string challenge)
    {
        List<(string Name, string Value)> headers =
        [
            ("accept", "application/json"),
            ("content-type", ContentType),
            ("host", Host),
            ("x-amz-date", amzDate),
            ("x-amz-security-token", securityToken),
        ];
        if (Target is not null)
        {
            headers.Add(("x-amz-target", Target));
        }

        headers.Add((ChallengeHeader, challenge));
        return headers;
    }

    /// <summary>Signs the request.</summary>
    /// <param name="secretKey">The secret key.</param>
    /// <param name="headers">Its <see cref="Headers"/>.</param>
    /// <param name="amzDate">When it is signed.</param>
    /// <returns>32 bytes.</returns>
    public byte[] Sign(string secretKey, IReadOnlyList<(string Name, string Value)> headers, string amzDate)
    {
        ArgumentNullException.ThrowIfNull(amzDate);
        ArgumentNullException.ThrowIfNull(headers);
        var canonical = new StringBuilder("POST\n/\n\n");
        foreach ((string name, string value) in headers)
        {
            canonical.Append(CultureInfo.InvariantCulture, $"{name}:{value}\n");
        }

        canonical.Append(CultureInfo.InvariantCulture, $"\n{NamesOf(headers)}\n{Hex(SHA256.HashData(Encoding.UTF8.GetBytes(Body)))}");
        string day = amzDate[..8];
        string toSign = $"{Algorithm}\n{amzDate}\n{ScopeOf(day)}\n{Hex(SHA256.HashData(Encoding.UTF8.GetBytes(canonical.ToString())))}";
        byte[] key = Mac(Encoding.UTF8.GetBytes("AWS4" + secretKey), day);
        return Mac(Mac(Mac(Mac(key, _region), _service), "aws4_request"), toSign);
    }

    /// <summary>The <c>authorization</c> header.</summary>
    /// <param name="accessKeyId">Access key id.</param>
    /// <param name="signature">32 bytes.</param>
    /// <param name="headers">The request's <see cref="Headers"/>.</param>
    /// <param name="amzDate">When it was signed.</param>
    public string Authorization(
        string accessKeyId, ReadOnlySpan<byte> signature, IReadOnlyList<(string Name, string Value)> headers, string amzDate)
    {
        ArgumentNullException.ThrowIfNull(amzDate);
        return $"{Algorithm} Credential={accessKeyId}/{ScopeOf(amzDate[..8])}, SignedHeaders={NamesOf(headers)}, Signature={Convert.ToHexStringLower(signature)}";
    }

    private static string NamesOf(IReadOnlyList<(string Name, string Value)> headers) => string.Join(';', headers.Select(h => h.Name));

    private static string Checked(string region) =>
        AwsPartition.IsRegion(region) ? region : throw new ArgumentException("It isn't the name of an AWS region.", nameof(region));

    private string ScopeOf(string day) => $"{day}/{_region}/{_service}/aws4_request";

    private static byte[] Mac(byte[] key, string text) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text));

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);
}
