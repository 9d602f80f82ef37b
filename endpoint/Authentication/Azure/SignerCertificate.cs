using System.Security.Cryptography.X509Certificates;
using Onboarding.Api;
using Onboarding.Api.Install;
using Onboarding.Endpoint.Authentication.Anchors;
using Onboarding.Endpoint.Authentication.X509;
using Onboarding.Plane.Refusals;

namespace Onboarding.Endpoint.Authentication.Azure;

/// <summary>
/// Checks whose certificate signed an attested document: it chains to a pinned root, and is for the name of Azure's metadata
/// service. The roots issue certificates to all the world; the name is what makes one this service's.
/// </summary>
internal sealed class SignerCertificate(ChainVerifier chains, IntermediateCertificates intermediates, TrustAnchors anchors)
{
    private const string RootsFile = "azure/roots.pem";
    private const string IntermediatesFile = "azure/intermediates.pem";
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(30);
    private volatile RootSet? _roots;

    /// <summary>Checks the signer's certificate.</summary>
    /// <param name="signer">The certificate.</param>
    /// <param name="presented">Certificates that came along; they may help to find a chain.</param>
    /// <param name="settings">Names, roots and hosts.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The chain, signer first. The caller disposes of it.</returns>
    /// <exception cref="RefusedException">It isn't Azure's.</exception>
    public async Task<X509Certificate2Collection> CheckAsync(
        X509Certificate2 signer, X509Certificate2Collection presented, AzureAuthenticationSettings settings, CancellationToken cancellationToken)
    {
        CheckName(signer, settings.Signers);
        PresentedCertificates.CheckKey(signer);
        X509Certificate2Collection roots = await RootsAsync(settings, cancellationToken);
        X509Certificate2Collection between = [.. presented, .. await AnchorsAsync(IntermediatesFile, cancellationToken)];
        const string What = $"a root in {RootsFile} of the plane's trust anchors, or under spec.workloads.authentication.azure.roots";
        try
        {
            return chains.Verify(signer, between, roots, What);
        }
        catch (RefusedException e) when (e.Refusal.Reason == Reasons.CredentialIssuer)
        {
            // A document brings its signer's certificate alone. Only now, and only from known hosts, is the next one fetched.
            using X509Certificate2? above = await intermediates.FindAsync(signer, settings.IntermediateHosts, cancellationToken);
            if (above is null)
            {
                throw;
            }

            return chains.Verify(signer, [.. between, above], roots, What);
        }
    }

    // None is built in: Microsoft changes them from time to time, and anyone who can issue below one can be any machine.
    private async Task<X509Certificate2Collection> RootsAsync(AzureAuthenticationSettings settings, CancellationToken cancellationToken)
    {
        IReadOnlyList<X509Certificate2> files = await AnchorsAsync(RootsFile, cancellationToken);
        RootSet? known = _roots;
        if (known is null || !ReferenceEquals(known.Settings, settings) || !ReferenceEquals(known.Files, files))
        {
            _roots = known = new RootSet(settings, files, Read(settings, files));
        }

        X509Certificate2Collection roots = known.Roots;
        return roots.Count > 0 ? roots : throw Refuse.Unauthenticated(
            Reasons.CredentialIssuer,
            $"The plane has no roots for Azure's attested documents: add {RootsFile} to its trust anchors (docs/platforms/azure.md says which).",
            $"looked in {anchors.Place}");
    }

    private static X509Certificate2Collection Read(AzureAuthenticationSettings settings, IReadOnlyList<X509Certificate2> files)
    {
        var roots = new X509Certificate2Collection();
        roots.ImportFromPem(settings.Roots ?? "");

        // Authorities only (Vault CVE-2024-2048).
        roots.AddRange(files.Where(IsAuthority).ToArray());
        return roots;
    }

    private async Task<IReadOnlyList<X509Certificate2>> AnchorsAsync(string file, CancellationToken cancellationToken)
    {
        try
        {
            return await anchors.FindAsync(file, cancellationToken);
        }
        catch (TrustAnchorException e)
        {
            throw Refuse.Unavailable(
                Reasons.IssuerUnavailable, "The plane can't read its trust anchors for Azure and so can't check the document; it will try again.", Pause, e.Message);
        }
    }

    private static bool IsAuthority(X509Certificate2 certificate) =>
        certificate.Extensions.OfType<X509BasicConstraintsExtension>().Any(e => e.CertificateAuthority);

    // Alternative names only: a common name is text for people. Whole labels, and no wildcards: metadata.azure.com.evil.example and
    // xmetadata.azure.com are anybody's.
    private static void CheckName(X509Certificate2 signer, IReadOnlyList<string> accepted)
    {
        IReadOnlyList<string> names = SubjectNames.Read(signer).Dns;
        bool isAzure = names.Any(name => !name.Contains('*', StringComparison.Ordinal) && accepted.Any(a =>
            name.Equals(a, StringComparison.OrdinalIgnoreCase) || name.EndsWith("." + a, StringComparison.OrdinalIgnoreCase)));
        if (!isAzure)
        {
            throw Refuse.Unauthenticated(
                Reasons.CredentialIssuer,
                $"The attested document wasn't signed by Azure's metadata service ({string.Join(", ", accepted)}). "
                + "In another cloud of Azure's, set spec.workloads.authentication.azure.signers.",
                $"names: {Jwt.TokenChecks.Quoted(string.Join(", ", names))}");
        }
    }

    /// <summary>The roots of a configuration and a file, read once for each.</summary>
    private sealed record RootSet(AzureAuthenticationSettings Settings, IReadOnlyList<X509Certificate2> Files, X509Certificate2Collection Roots);
}
