using System.Security.Cryptography.X509Certificates;

namespace Onboarding.Endpoint.Authentication.X509;

/// <summary>An authority of the OnboardingPlane with its roots read.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Roots">Its roots.</param>
/// <param name="CrlFile">File with revocation lists; null: revocation isn't looked at.</param>
internal sealed record TrustedAuthority(string Name, X509Certificate2Collection Roots, string? CrlFile);
