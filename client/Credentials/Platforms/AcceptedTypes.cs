using Google.Protobuf;
using Onboarding.Client.Errors;

namespace Onboarding.Client.Credentials.Platforms;

/// <summary>Looks whether the plane accepts a kind of credential before one is made: a plane that doesn't shouldn't see one either.</summary>
internal static class AcceptedTypes
{
    /// <summary>Checks.</summary>
    /// <param name="request">What the credential is for.</param>
    /// <param name="what">What has such credentials, e.g. <c>EC2 instances</c>.</param>
    /// <param name="setting">The OnboardingPlane's field that makes the plane accept them.</param>
    /// <exception cref="OnboardingException">It doesn't.</exception>
    public static void Check<T>(CredentialRequest request, string what, string setting)
        where T : IMessage<T>, new()
    {
        string name = new T().Descriptor.FullName;
        if (!request.Accepted.Any(url => url.EndsWith("/" + name, StringComparison.Ordinal)))
        {
            throw new OnboardingException(
                ErrorIds.CredentialNotAccepted,
                $"The plane {request.Audience} doesn't accept {what}; it accepts {(request.Accepted.Count == 0 ? "nothing" : string.Join(", ", request.Accepted))}.",
                $"ask its operator to set {setting} in the OnboardingPlane");
        }
    }
}
