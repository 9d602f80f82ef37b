using Google.Protobuf;
using Onboarding.Api.Istio;
using Onboarding.Api.Proofs;
using Onboarding.Plane.Refusals;

namespace Onboarding.Endpoint.Authentication;

/// <summary>Checks one type of credential.</summary>
internal interface ICredentialAuthenticator
{
    /// <summary>Full name of the credential's message, e.g. <c>onboarding.v1alpha1.JwtCredential</c>.</summary>
    string MessageName { get; }

    /// <summary>True if the plane is configured to accept such credentials at present.</summary>
    bool IsConfigured { get; }

    /// <summary>Finds out who presents the credential.</summary>
    /// <exception cref="RefusedException">It is no good.</exception>
    Task<AuthenticatedWorkload> AuthenticateAsync(AuthenticationRequest request, CancellationToken cancellationToken);
}

/// <summary>A credential to be checked.</summary>
/// <param name="Credential">The credential message, as it came.</param>
/// <param name="PlaneUid">The audience it must be made for.</param>
/// <param name="Key">The agent's key.</param>
internal sealed record AuthenticationRequest(ByteString Credential, string PlaneUid, AgentPublicKey Key)
{
    /// <summary>The challenge of GetPlane that the agent answered, checked: what credentials made for this join are tied to.</summary>
    public ReadOnlyMemory<byte> Challenge { get; init; }

    /// <summary>The group asked for; some credentials are good for one group only.</summary>
    public WorkloadGroupReference? Group { get; init; }
}
