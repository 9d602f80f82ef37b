using System.Globalization;
using Google.Protobuf;
using Onboarding.Api.Proofs.Aws;
using Onboarding.Api.Rpc;

namespace Onboarding.Client.Credentials.Aws;

/// <summary>Signs requests to AWS that the plane will send: tied to the plane's challenge and to the agent's key.</summary>
internal sealed class AwsSigner(AwsCredentials credentials, CredentialRequest request, TimeProvider time)
{
    /// <summary>How long a signed request is taken.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);

    /// <summary>Signs a request for a region's endpoint.</summary>
    public AwsSignedRequest Sign(AwsRequest what, string region)
    {
        string date = time.GetUtcNow().UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        string challenge = AwsRequest.Challenge(request.Challenge.Span, request.Audience, request.Key.SubjectPublicKeyInfo.Span);
        return new AwsSignedRequest
        {
            Region = region,
            AccessKeyId = credentials.AccessKeyId,
            SecurityToken = credentials.Token,
            AmzDate = date,
            Signature = ByteString.CopyFrom(what.Sign(credentials.SecretKey, what.Headers(date, credentials.Token, challenge), date)),
        };
    }
}
