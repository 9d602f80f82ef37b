using System.Globalization;
using Onboarding.Api.Proofs.Aws;
using Onboarding.Api.Rpc;

namespace Onboarding.Endpoint.Authentication.Aws.Requests;

/// <summary>Who signed a request to AWS, and when: checked for form, so that nothing in it can leave its place in a header.</summary>
/// <param name="Region">The region whose endpoint the request is for.</param>
/// <param name="AccessKeyId">Letters and digits.</param>
/// <param name="SecurityToken">Base64 characters.</param>
/// <param name="AmzDate">When it was signed.</param>
/// <param name="Signature">32 bytes.</param>
internal sealed record SignedBy(string Region, string AccessKeyId, string SecurityToken, string AmzDate, ReadOnlyMemory<byte> Signature)
{
    private const int LongestToken = 8 * 1024;

    // AWS takes 15 minutes; what is tied to a challenge needn't be older than that is.
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(5);

    /// <summary>Checks what an agent sent.</summary>
    /// <exception cref="AwsDocumentException">It can't be part of a signed request.</exception>
    public static SignedBy Read(AwsSignedRequest request, DateTimeOffset now)
    {
        Expect(AwsPartition.IsRegion(request.Region), "its region is none");
        Expect(request.AccessKeyId.Length is >= 16 and <= 128 && request.AccessKeyId.All(char.IsAsciiLetterOrDigit), "its access_key_id is none");
        Expect(
            request.SecurityToken.Length is > 0 and <= LongestToken
            && request.SecurityToken.All(c => char.IsAsciiLetterOrDigit(c) || c is '+' or '/' or '='),
            "its security_token is none");
        Expect(request.Signature.Length == 32, "its signature hasn't 32 bytes");
        bool isTime = DateTimeOffset.TryParseExact(
            request.AmzDate, "yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset at);
        Expect(isTime && (now - at).Duration() <= Window, "its amz_date isn't within 5 minutes of the plane's clock");
        return new SignedBy(request.Region, request.AccessKeyId, request.SecurityToken, request.AmzDate, request.Signature.Memory);
    }

    private static void Expect(bool condition, string problem)
    {
        if (!condition)
        {
            throw new AwsDocumentException(problem);
        }
    }
}

/// <summary>Something that AWS is said to have written isn't what AWS writes. The only error of this folder's readers.</summary>
internal sealed class AwsDocumentException(string problem, Exception? inner = null) : Exception(problem, inner);
