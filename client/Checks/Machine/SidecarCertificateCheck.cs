using System.Globalization;
using Onboarding.Client.Sidecar.Istio;

namespace Onboarding.Client.Checks.Machine;

/// <summary>A running sidecar has its certificate, and no other certificate lies where the next start would use it.</summary>
internal sealed class SidecarCertificateCheck : IOnboardingCheck
{
    public string Category => "Sidecar";

    public string Name => "sidecar certificate";

    public IReadOnlyList<string> DependsOn => [];

    public async Task<CheckOutcome> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        if (!context.IsIstio)
        {
            return CheckOutcome.Skip($"a sidecar of kind {context.Sidecar.Kind} keeps its own");
        }

        CertificatePair? pair;
        try
        {
            pair = new ProxyCertificate(context.Root, context.Options.StateDirectory).Pair();
        }
        catch (UnauthorizedAccessException e)
        {
            return CheckOutcome.Skip($"only root can look: {e.Message}");
        }

        string expires = pair?.ExpiresAt is { } at ? string.Create(CultureInfo.InvariantCulture, $", good until {at.UtcDateTime:yyyy-MM-dd HH:mm:ss'Z'}") : "";
        string place = Path.Combine(context.Root, context.SidecarEnvironment.ProvisionedCertificates ?? CertificatePair.DefaultDirectory, CertificatePair.ChainName);
        if (context.RunningSidecar is not null)
        {
            var identity = new ProxyIdentity(
                context.Root, new SecretsDirectory(context.Root, context.Options.StateDirectory), () => pair?.ExpiresAt, IstioHost.Certificates, context.Time);
            return await identity.FindProblemAsync(cancellationToken) is { } problem
                ? CheckOutcome.Fail(problem)
                : CheckOutcome.Pass($"{place}{expires}");
        }

        return CheckOutcome.Pass(pair is null
            ? "none yet: istiod issues one to the sidecar"
            : $"{place} is of a start before this one{expires}; a start of another identity or mesh begins without it");
    }
}
