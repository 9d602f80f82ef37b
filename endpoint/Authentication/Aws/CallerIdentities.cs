using System.Text.Json;
using Onboarding.Api.Proofs.Aws;
using Onboarding.Api.Rpc;
using Onboarding.Endpoint.Authentication.Aws.Requests;
using Onboarding.Plane.Refusals;

namespace Onboarding.Endpoint.Authentication.Aws;

/// <summary>Asks AWS whose credentials signed a request (sts:GetCallerIdentity). The request is the plane's own; only the signature is the agent's.</summary>
internal sealed class CallerIdentities(AwsClient client, TimeProvider time)
{
    private const int LargestAnswer = 16 * 1024;
    private const string Json = "application/json";

    /// <summary>Finds out who signed.</summary>
    /// <param name="request">What the agent sent.</param>
    /// <param name="call">What the signature must be tied to.</param>
    /// <param name="regions">Regions that the operator added.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="RefusedException">No one whom AWS knows.</exception>
    public async Task<CallerIdentity> FindAsync(
        AwsSignedRequest request, AuthenticationRequest call, IReadOnlyList<string> regions, CancellationToken cancellationToken)
    {
        SignedBy signed;
        try
        {
            signed = SignedBy.Read(request, time.GetUtcNow());
        }
        catch (AwsDocumentException e)
        {
            throw AwsRefusals.Malformed("The signed request to AWS", e.Message);
        }

        if (!AwsRegions.Has(signed.Region, regions))
        {
            throw AwsRefusals.UnknownRegion(signed.Region);
        }

        // The challenge is in a signed header whose value the plane computes: a signature made for another join, another plane or
        // another agent's key is one over another request.
        string challenge = AwsRequest.Challenge(call.Challenge.Span, call.PlaneUid, call.Key.SubjectPublicKeyInfo.Span);
        try
        {
            AwsAnswer answer = await client.SendAsync(AwsRequest.GetCallerIdentity(signed.Region), signed, challenge, cancellationToken);
            CallerIdentity caller = Read(answer);
            return caller.IsOf(signed.Region) ? caller : throw AwsRefusals.Malformed("The signed request to AWS", "its credentials are of another partition");
        }
        catch (AwsRefusedException e)
        {
            throw AwsRefusals.NotSigned(e.Message);
        }
        catch (AwsUnavailableException e)
        {
            throw AwsRefusals.Unavailable("AWS STS", e.Message);
        }
        catch (AwsDocumentException e)
        {
            throw AwsRefusals.Malformed("What AWS says of the credentials", e.Message);
        }
    }

    /// <summary>Reads an answer of sts:GetCallerIdentity.</summary>
    /// <exception cref="AwsUnavailableException">It isn't one in JSON.</exception>
    /// <exception cref="AwsDocumentException">It isn't about the session of a role.</exception>
    public static CallerIdentity Read(AwsAnswer answer)
    {
        // XML and HTML may repeat what the caller sent: a lenient reader finds an identity in it (Vault CVE-2020-16250).
        if (answer.MediaType != Json)
        {
            throw new AwsUnavailableException($"STS answered in {AwsRefusals.Quoted(answer.MediaType ?? "nothing")} instead of {Json}");
        }

        using JsonDocument document = StrictJson.Read(answer.Body, LargestAnswer);
        JsonElement result = StrictJson.Object(StrictJson.Object(document.RootElement, "GetCallerIdentityResponse"), "GetCallerIdentityResult");
        return CallerIdentity.Parse(StrictJson.Text(result, "Account"), StrictJson.Text(result, "Arn"));
    }
}
