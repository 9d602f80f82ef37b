using System.Net;
using System.Net.Sockets;
using Onboarding.Api.Registration;
using Onboarding.Client.Credentials.Aws;
using Onboarding.Client.Credentials.Platforms;
using Onboarding.Client.Errors;

namespace Onboarding.Client.HostInformation;

/// <summary>
/// What the interfaces say, and on EC2 the instance's public address as well: it is no interface's, as the cloud translates it.
/// A metadata service that can't say is no reason not to join: the plane says what it misses.
/// </summary>
/// <param name="interfaces">The host's own interfaces.</param>
/// <param name="environment">What the machine tells of its cloud.</param>
/// <param name="time">The clock.</param>
internal sealed class Ec2HostInfoSource(IHostInfoSource interfaces, PlatformEnvironment environment, TimeProvider time) : IHostInfoSource
{
    public async Task<HostInfo> GetAsync(CancellationToken cancellationToken)
    {
        HostInfo host = await interfaces.GetAsync(cancellationToken);
        if (host.Addresses.Any(a => a.Type == AddressType.Internet))
        {
            return host;
        }

        DetectedPlatform detected = await new PlatformDetector(environment, time).DetectAsync(cancellationToken);
        return detected.Platform == Platform.AwsEc2 && await PublicAddressAsync(cancellationToken) is { } address
            ? host with { Addresses = [.. host.Addresses, new HostAddress(address.ToString(), AddressType.Internet)] }
            : host;
    }

    private async Task<IPAddress?> PublicAddressAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var metadata = new Ec2Metadata(environment.Ec2Metadata, environment.MetadataPatience);
            string? text = await metadata.TryGetAsync("latest/meta-data/public-ipv4", cancellationToken);
            return IPAddress.TryParse(text?.Trim(), out IPAddress? address) && address.AddressFamily == AddressFamily.InterNetwork ? address : null;
        }
        catch (OnboardingException)
        {
            return null;
        }
    }
}
