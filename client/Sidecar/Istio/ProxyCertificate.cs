using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using Onboarding.Client.BootConfiguration;
using Onboarding.Client.Credentials.Files;
using Onboarding.Client.Errors;
using Onboarding.Client.Native;
using Onboarding.Client.Sidecar.Istio.Redirection;

namespace Onboarding.Client.Sidecar.Istio;

/// <summary>
/// Sees to it that a sidecar begins with no identity but the one it was given. Attack and accident alike: pilot-agent authenticates with
/// the pair of before instead of the token. A machine that went from one group to another got a new certificate of the old group's
/// identity from istiod, and one whose CA was replaced was refused for ever.
/// </summary>
/// <param name="root">Root of the file system; <c>/</c> but for tests.</param>
/// <param name="stateDirectory">The agent's, where it notes which pairs are Istio's.</param>
internal sealed class ProxyCertificate(string root, string stateDirectory)
{
    /// <summary>Before a start: removes Istio's pair if it is of another identity or of roots that aren't delivered any more.</summary>
    /// <param name="bootDirectory">The boot configuration that the sidecar is started with.</param>
    /// <param name="environment">What its start script sources, which says where pairs lie.</param>
    /// <exception cref="OnboardingException"><see cref="ErrorIds.ForeignCertificate"/>: there is a pair that Istio didn't write.</exception>
    public void Prepare(string bootDirectory, SidecarEnvironment environment)
    {
        string identity = BootVersionFile.Read(Path.Combine(bootDirectory, BootVersionFile.Name))?.SpiffeId ?? "";
        CertificateRecord known = CertificateRecord.Read(stateDirectory).With(identity).At(Places(environment));
        foreach (string place in known.Places)
        {
            // A foreign one where the sidecar neither reads nor writes is nothing to it.
            bool counts = place == environment.ProvisionedCertificates || place == environment.IssuedCertificates;
            if (Pair(known, place, counts) is { } pair && IsStale(pair, identity, Path.Combine(bootDirectory, "root-cert.pem")))
            {
                CertificatePair.Delete(root, place);
            }
        }

        // Before the start: what the sidecar writes from now on is known for its own, whenever this agent is killed.
        (known with { IsStarted = true }).Write(stateDirectory);
    }

    /// <summary>While the sidecar runs: notes the pair that it was issued, the first one and each renewed one.</summary>
    /// <returns>When the certificate expires; null if there is none that can be read.</returns>
    public DateTimeOffset? Note()
    {
        if (SidecarEnvironment.Installed(root).IssuedCertificates is not { } place)
        {
            return null;
        }

        CertificatePair pair;
        try
        {
            pair = CertificatePair.Read(root, place);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }

        CertificateRecord known = CertificateRecord.Read(stateDirectory);
        CertificateRecord now = known.With(pair);
        if (now != known && IsIstios(pair, known))
        {
            now.Write(stateDirectory);
        }

        return pair.ExpiresAt;
    }

    /// <summary>After the machine has left: removes Istio's pairs, and nothing else that lies in their place.</summary>
    public void Remove()
    {
        CertificateRecord known = CertificateRecord.Read(stateDirectory);
        foreach (string place in Places(SidecarEnvironment.Installed(root)).Union(known.Places))
        {
            // A foreign one was there before this machine joined, or was put there by hand: whose it is, this agent doesn't know.
            if (Pair(known, place, counts: false) is not null)
            {
                CertificatePair.Delete(root, place);
            }
        }

        if (known.IsStarted)
        {
            (known with { IsStarted = false, Places = [] }).Write(stateDirectory);
        }
    }

    /// <summary>The pair that the sidecar authenticates with; null if there is none.</summary>
    /// <exception cref="OnboardingException"><see cref="ErrorIds.ForeignCertificate"/>: Istio didn't write it.</exception>
    public CertificatePair? Pair() => SidecarEnvironment.Installed(root).ProvisionedCertificates is { } place
        ? Pair(CertificateRecord.Read(stateDirectory), place, counts: true)
        : null;

    private static IEnumerable<string> Places(SidecarEnvironment environment) =>
        new[] { CertificatePair.DefaultDirectory, environment.ProvisionedCertificates, environment.IssuedCertificates }.OfType<string>().Distinct();

    /// <returns>Istio's pair that lies in a place; null if there is none, or none that counts.</returns>
    private CertificatePair? Pair(CertificateRecord known, string place, bool counts)
    {
        string why;
        try
        {
            var pair = CertificatePair.Read(root, place);
            if (pair.IsAbsent || IsIstios(pair, known))
            {
                return pair.IsAbsent ? null : pair;
            }

            why = Describe(pair);
        }
        catch (IOException e)
        {
            why = e.Message;
        }

        return counts ? throw Foreign(place, why) : null;
    }

    // Each file for itself: a crash may leave one without the other, or the key of a renewal beside the certificate of before.
    private bool IsIstios(CertificatePair pair, CertificateRecord known)
    {
        using var chain = new LoadedCertificates(pair.Certificates());
        X509Certificate2? leaf = chain.All.FirstOrDefault();
        bool isIssued = leaf is not null && CertificatePair.IdentityOf(leaf) is { } identity && known.Identities.Contains(identity);
        bool isChain = pair.Chain is not { } file || isIssued || known.Knows(file) || (leaf is null && IsLeftBySidecar(file, known));
        return isChain && (pair.Key is not { } key || known.Knows(key) || (leaf is not null && pair.KeyBelongsTo(leaf)) || IsLeftBySidecar(key, known));
    }

    // Half of a pair says nothing of whose it is; but the sidecar's user writes there only while a sidecar runs, and an empty file
    // is what a power cut leaves of one.
    private bool IsLeftBySidecar(CertificateFile file, CertificateRecord known) =>
        file.Content.Length == 0 || (known.IsStarted && file.UserId == (ProxyUser.Heir(root)?.UserId ?? LibC.EffectiveUserId()));

    // An expired one stays: pilot-agent takes the token instead by itself, and a clock that is wrong after a boot must wipe nothing.
    private static bool IsStale(CertificatePair pair, string identity, string rootsFile)
    {
        using var chain = new LoadedCertificates(pair.Certificates());
        return chain.All.FirstOrDefault() is not { } leaf
            || !pair.KeyBelongsTo(leaf)
            || (identity.Length > 0 && CertificatePair.IdentityOf(leaf) != identity)
            || !DeliveredRoots.Vouch(rootsFile, chain.All);
    }

    private static string Describe(CertificatePair pair)
    {
        using var chain = new LoadedCertificates(pair.Certificates());
        return chain.All.FirstOrDefault() is { } leaf
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"it is for {CertificatePair.IdentityOf(leaf) ?? leaf.Subject}, issued by '{leaf.Issuer}', good until {leaf.NotAfter.ToUniversalTime():yyyy-MM-dd HH:mm:ss'Z'}")
            : pair.Chain is null ? $"there is {CertificatePair.KeyName} alone" : $"{CertificatePair.ChainName} can't be read";
    }

    private OnboardingException Foreign(string place, string why)
    {
        string chain = Path.Combine(root, place, CertificatePair.ChainName);
        string key = Path.Combine(root, place, CertificatePair.KeyName);
        return new OnboardingException(
            ErrorIds.ForeignCertificate,
            $"The sidecar can't be started: {chain} and {key} weren't written by Istio for this machine's place in the mesh ({why.TrimEnd('.')}). It would use them instead of its token, and write over them.",
            $"sudo openssl x509 -noout -text -in {chain}; if they aren't needed: sudo rm {chain} {key}; then: onboarding-agent sidecar start");
    }
}
