using System.Net;

namespace Onboarding.Client.HostInformation;

/// <summary>A network interface that is up.</summary>
/// <param name="Name">Its name, e.g. <c>ens5</c>.</param>
/// <param name="IsLoopback">True for <c>lo</c>.</param>
/// <param name="Addresses">Its addresses.</param>
internal sealed record HostInterface(string Name, bool IsLoopback, IReadOnlyList<IPAddress> Addresses)
{
    /// <summary>The host's own interfaces.</summary>
    public static IReadOnlyList<HostInterface> All() => Except(UnstableAddresses.Read());

    private static IReadOnlyList<HostInterface> Except(IReadOnlySet<IPAddress> unstable) =>
    [
        .. System.Net.NetworkInformation.NetworkInterface.GetAllNetworkInterfaces()
            .Where(i => i.OperationalStatus != System.Net.NetworkInformation.OperationalStatus.Down)
            .Select(i => new HostInterface(
                i.Name,
                i.NetworkInterfaceType == System.Net.NetworkInformation.NetworkInterfaceType.Loopback,
                [.. i.GetIPProperties().UnicastAddresses.Select(a => a.Address).Where(a => !unstable.Contains(WithoutScope(a)))])),
    ];

    private static IPAddress WithoutScope(IPAddress address) => new(address.GetAddressBytes());
}
