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
