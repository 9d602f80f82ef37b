namespace Onboarding.Client.Credentials;

/// <summary>Something that can get a credential of the platform.</summary>
internal interface ICredentialSource
{
    /// <summary>Its name, for people, e.g. <c>plugin 'corp-jwt'</c>.</summary>
    string Name { get; }

    /// <summary>Gets a fresh credential.</summary>
    /// <param name="request">What it is to be made for.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="Errors.OnboardingException">It has none.</exception>
    Task<Credential> GetAsync(CredentialRequest request, CancellationToken cancellationToken);
}
