using System.Text.Json;
using Onboarding.Api;
using Onboarding.Endpoint.Authentication.Cms;
using Onboarding.Plane.Refusals;

namespace Onboarding.Endpoint.Authentication.Aws;

/// <summary>What is said when a credential of AWS is no good: to the caller what to do, to the audit log why.</summary>
internal static class AwsRefusals
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(15);

    public static RefusedException Malformed(string what, string problem) =>
        Refuse.Unauthenticated(Reasons.CredentialMalformed, $"{what} can't be used: {problem}.");

    public static RefusedException Document(CmsException e) => e.Kind switch
    {
        CmsProblem.Algorithm => Refuse.Unauthenticated(
            Reasons.CredentialAlgorithm,
            "The instance identity document is signed by an algorithm that isn't accepted. Present the one at "
            + "/latest/dynamic/instance-identity/rsa2048 (RSA with SHA-256).",
            e.Message),
        CmsProblem.Signature => Refuse.Unauthenticated(
            Reasons.CredentialSignature,
            "The instance identity document wasn't signed by AWS in the region it names. If AWS has a new certificate there, add it to the "
            + "plane's trust anchors.",
            e.Message),
        _ => Malformed("The instance identity document", e.Message),
    };

    public static RefusedException NoAnchor(string region, string file, string place) => Refuse.Unauthenticated(
        Reasons.CredentialIssuer,
        $"The plane has no certificate of AWS for region {region}: add {file} to its trust anchors (docs/platforms/aws-ec2.md says where "
        + "AWS publishes it).",
        $"looked in {place}");

    public static RefusedException UnknownRegion(string region) => Refuse.Unauthenticated(
        Reasons.CredentialIssuer,
        $"The plane doesn't know AWS region {region}. If AWS has opened it, add it to spec.workloads.authentication.aws.regions of the OnboardingPlane.");

    public static RefusedException NotSigned(string detail) => Refuse.Unauthenticated(
        Reasons.CredentialSignature,
        "AWS doesn't take the signed request for one made with valid credentials of this workload, for this plane and by this agent.",
        detail);

    public static RefusedException Unavailable(string what, string detail) => Refuse.Unavailable(
        Reasons.IssuerUnavailable, $"The plane can't ask {what} at present and so can't check the credential; try again.", Pause, detail);

    public static RefusedException Mismatch(string problem, string detail) =>
        Refuse.Unauthenticated(Reasons.CredentialSubject, problem, detail);

    /// <summary>What an attacker chose, as it may stand in the audit log: JSON text, cut.</summary>
    public static string Quoted(string text) => JsonEncodedText.Encode(text.Length > 100 ? text[..100] : text).ToString();
}
