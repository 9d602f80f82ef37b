namespace Onboarding.Client.Credentials;

/// <summary>Something that can get a credential of the platform.</summary>
internal interface ICredentialSource
{
    /// <summary>Its name, for people, e.g. <c>plugin 'corp-jwt'</c>.</summary>
    string Name { get; }

    /// <summary>Gets a fresh credential.</summary>
    /// <param name="audience">The plane's uid: a credential for one plane is worth nothing at another.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="Errors.OnboardingException">It has none.</exception>
    Task<Credential> GetAsync(string audience, CancellationToken cancellationToken);
}
