using System.Collections.Concurrent;
using Microsoft.IdentityModel.Tokens;
using Onboarding.Api;
using Onboarding.Api.Install;
using Onboarding.Endpoint.Authentication.Jwt;
using Onboarding.Plane.Refusals;
using Onboarding.Plane.Settings;

namespace Onboarding.Endpoint.Authentication.Spiffe;

/// <summary>The bundles of the configured trust domains.</summary>
internal sealed class SpiffeBundles(PlaneConfiguration plane, IssuerHttpClient http, TimeProvider time, ILogger<SpiffeBundles> logger)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(30);
    private readonly ConcurrentDictionary<(string Name, string Place), IIssuerKeySource> _sources = new();

    /// <summary>True if any trust domain is configured.</summary>
    public bool Any => Domains.Count > 0;

    private IReadOnlyList<SpiffeTrustDomain> Domains => plane.Current?.Spec.Workloads.Authentication.Spiffe?.TrustDomains ?? [];

    /// <summary>The bundle of a trust domain.</summary>
    /// <exception cref="RefusedException">The trust domain isn't configured.</exception>
    public IIssuerKeySource ForTrustDomain(string trustDomain)
    {
        SpiffeTrustDomain domain = Domains.FirstOrDefault(d => d.Name == trustDomain) ?? throw Refuse.Unauthenticated(
            Reasons.CredentialTenant,
            "The SVID's trust domain isn't among spec.workloads.authentication.spiffe.trustDomains of the OnboardingPlane.",
            $"trust domain {TokenChecks.Quoted(trustDomain)}");
        return _sources.GetOrAdd((domain.Name, domain.Bundle ?? domain.BundleFile ?? domain.BundleUri!), _ => Make(domain));
    }

    /// <summary>The keys in a bundle.</summary>
    /// <exception cref="RefusedException">They can't be had.</exception>
    public static async Task<IReadOnlyList<JsonWebKey>> KeysAsync(IIssuerKeySource bundle, string trustDomain, CancellationToken cancellationToken)
    {
        try
        {
            return await bundle.GetAsync(null, cancellationToken);
        }
        catch (IssuerKeysException e)
        {
            throw Refuse.Unavailable(
                Reasons.IssuerUnavailable,
                $"The plane can't get the bundle of trust domain {trustDomain} and so can't check the SVID; it will try again.",
                Pause,
                e.Message);
        }
    }

    private IIssuerKeySource Make(SpiffeTrustDomain domain) => domain switch
    {
        { Bundle: { } bundle } => new InlineBundle(domain.Name, bundle),
        { BundleFile: { } file } => new FileKeySource(file, logger),
        _ => new RemoteKeySource(
            domain.Name, async ct => SpiffeBundle.Read(await http.GetAsync(new Uri(domain.BundleUri!), ct), domain.BundleUri!), time),
    };

    private sealed class InlineBundle(string name, string bundle) : IIssuerKeySource
    {
        private readonly Lazy<IReadOnlyList<JsonWebKey>> _keys = new(() => SpiffeBundle.Read(bundle, $"the inline bundle of trust domain {name}"));

        public ValueTask<IReadOnlyList<JsonWebKey>> GetAsync(string? mustHave, CancellationToken cancellationToken) => new(_keys.Value);
    }
}
