using Onboarding.Api.Identity;
using Onboarding.SidecarProbe.Boot;

namespace Onboarding.SidecarProbe.Istiod;

/// <summary>What a sidecar started with this boot configuration knows of itself and of istiod.</summary>
internal sealed record SidecarIdentity(
    SpiffeId SpiffeId, string ClusterId, HostAndPort CertificateAddress, HostAndPort DiscoveryAddress, BootContents Boot)
{
    /// <summary>Only for a boot configuration whose checks found nothing.</summary>
    public static SidecarIdentity FromBoot(BootContents boot) => new(
        new SpiffeId(boot["TRUST_DOMAIN"]!, boot["POD_NAMESPACE"]!, boot["SERVICE_ACCOUNT"]!),
        boot["ISTIO_META_CLUSTER_ID"] ?? "",
        HostAndPort.TryParse(boot.CertificateAddress)!,
        HostAndPort.TryParse(boot.DiscoveryAddress!)!,
        boot);

    /// <summary>The token as it is in the file now: the plane renews it while the sidecar runs. Empty where there is none.</summary>
    public async Task<string> TokenAsync(CancellationToken cancellation)
    {
        try
        {
            return (await File.ReadAllTextAsync(Path.Combine(Boot.Directory, BootFileNames.Token), cancellation)).Trim();
        }
        catch (IOException)
        {
            return "";
        }
    }
}
