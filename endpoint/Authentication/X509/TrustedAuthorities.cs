using System.Security.Cryptography.X509Certificates;
using Onboarding.Api.Install;

namespace Onboarding.Endpoint.Authentication.X509;

/// <summary>The authorities of a configuration, read once for each configuration.</summary>
internal sealed class TrustedAuthorities
{
    private volatile ReadAuthorities? _snapshot;

    /// <summary>The authorities.</summary>
    public IReadOnlyList<TrustedAuthority> Read(X509AuthenticationSettings settings)
    {
        ReadAuthorities? snapshot = _snapshot;
        if (snapshot is null || !ReferenceEquals(snapshot.Settings, settings))
        {
            _snapshot = snapshot = new ReadAuthorities(settings, [.. settings.Authorities.Select(Read)]);
        }

        return snapshot.Authorities;
    }

    // They were found good when the OnboardingPlane was read.
    private static TrustedAuthority Read(X509Authority authority)
    {
        var roots = new X509Certificate2Collection();
        roots.ImportFromPem(authority.Roots);
        return new TrustedAuthority(authority.Name, roots, authority.CrlFile);
    }

    private sealed record ReadAuthorities(X509AuthenticationSettings Settings, IReadOnlyList<TrustedAuthority> Authorities);
}

/// <summary>An authority of the OnboardingPlane with its roots read.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Roots">Its roots.</param>
/// <param name="CrlFile">File with revocation lists; null: revocation isn't looked at.</param>
internal sealed record TrustedAuthority(string Name, X509Certificate2Collection Roots, string? CrlFile);
