using Onboarding.Api;
using Onboarding.Endpoint.Authentication.Cms;
using Onboarding.Endpoint.Authentication.Jwt;
using Onboarding.Plane.Refusals;

namespace Onboarding.Endpoint.Authentication.Azure;

/// <summary>Says what is wrong with a signed message that the plane doesn't take.</summary>
internal static class CmsRefusal
{
    /// <summary>The refusal.</summary>
    /// <param name="problem">What is wrong.</param>
    /// <param name="what">What the message is, for people.</param>
    public static RefusedException Create(CmsException problem, string what) => problem.Kind switch
    {
        CmsProblem.Algorithm => Refuse.Unauthenticated(
            Reasons.CredentialAlgorithm, $"The {what} is signed by an algorithm that isn't accepted: RSA with SHA-256 is.", problem.Message),
        CmsProblem.Signature => Refuse.Unauthenticated(
            Reasons.CredentialSignature, $"The {what} wasn't signed by the certificate it names, or was changed.", problem.Message),
        _ => TokenChecks.Malformed($"the {what} isn't a signed message of the accepted shape: {problem.Message}"),
    };
}
