using Google.Protobuf;
using Google.Protobuf.Collections;
using Onboarding.Api;
using Onboarding.Api.Rpc;

namespace Onboarding.Client.Channel;

/// <summary>
/// Cleans what a plane says that people will read, as soon as it is read. Attack: a compromised plane writes into the terminals of its
/// machines' administrators. Field by field: the agent is compiled ahead of time and has no reflection. Tokens, hashes and the files of a boot
/// configuration aren't shown, and stay as they are.
/// </summary>
internal static class PlaneText
{
    /// <summary>Cleans a message in place.</summary>
    /// <typeparam name="T">What the plane answered.</typeparam>
    /// <returns>The same message.</returns>
    public static T Clean<T>(T message)
        where T : IMessage
    {
        switch (message)
        {
            case Plane plane:
                plane.Uid = ForeignText.Clean(plane.Uid);
                plane.Version = ForeignText.Clean(plane.Version);
                CleanAll(plane.CredentialTypes);
                break;
            case AuthorizeOnboardingResponse authorized:
                authorized.Registration = ForeignText.Clean(authorized.Registration);
                authorized.Policy = ForeignText.Clean(authorized.Policy);
                authorized.CorrelationId = ForeignText.Clean(authorized.CorrelationId);
                break;
            case RegisterWorkloadResponse registered:
                registered.Registration = ForeignText.Clean(registered.Registration);
                registered.RegistrationUid = ForeignText.Clean(registered.RegistrationUid);
                registered.Address = ForeignText.Clean(registered.Address);
                registered.SpiffeId = ForeignText.Clean(registered.SpiffeId);
                CleanAll(registered.DroppedLabels);
                break;
            case PlaneMessage { Established: { } established }:
                established.SessionId = ForeignText.Clean(established.SessionId);
                established.Instance = ForeignText.Clean(established.Instance);
                break;
            case PlaneMessage { BootConfiguration: { } boot }:
                boot.SpiffeId = ForeignText.Clean(boot.SpiffeId);
                break;
            case PlaneMessage { RegistrationGone: { } gone }:
                gone.Reason = ForeignText.Clean(gone.Reason);
                break;
            default:
                break;
        }

        return message;
    }

    private static void CleanAll(RepeatedField<string> texts)
    {
        for (int i = 0; i < texts.Count; i++)
        {
            texts[i] = ForeignText.Clean(texts[i]);
        }
    }
}
