using Google.Protobuf.WellKnownTypes;
using Onboarding.Api;
using Onboarding.Plane.Refusals;

namespace Onboarding.Endpoint.Authentication;

/// <summary>Finds who checks a credential by its type URL. An unknown type is refused: there is no default that lets anything in.</summary>
internal sealed class CredentialAuthenticators(IReadOnlyList<ICredentialAuthenticator> authenticators)
{
    private const string Prefix = "type.googleapis.com/";

    /// <summary>Type URLs accepted at present.</summary>
    public IReadOnlyList<string> Accepted => [.. authenticators.Where(a => a.IsConfigured).Select(a => Prefix + a.MessageName)];

    /// <summary>The refusal of a type that was configured a moment ago, and isn't any more.</summary>
    public static RefusedException NoLongerAccepted() =>
        Refuse.Invalid("The plane doesn't accept this type of credential any more.", Reasons.CredentialTypeUnknown);

    /// <summary>Who checks this credential.</summary>
    /// <exception cref="RefusedException">No one does.</exception>
    public ICredentialAuthenticator Find(Any credential)
    {
        // The part before the last slash says where a type's definition may be fetched; it is no part of the type's name.
        string name = credential.TypeUrl[(credential.TypeUrl.LastIndexOf('/') + 1)..];
        return authenticators.FirstOrDefault(a => a.MessageName == name && a.IsConfigured) ?? throw Refuse.Invalid(
            "The plane doesn't know this type of credential. It accepts: "
            + (Accepted.Count > 0 ? string.Join(", ", Accepted) : "none, as the OnboardingPlane configures none in spec.workloads.authentication") + ".",
            Reasons.CredentialTypeUnknown);
    }
}
