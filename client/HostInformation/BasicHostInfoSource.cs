using System.Net;
using System.Net.Sockets;
using Onboarding.Api.Configuration;
using Onboarding.Api.Registration;
using Onboarding.Client.Errors;

namespace Onboarding.Client.HostInformation;

/// <summary>
/// The addresses of the host's own interfaces: those that match some include expression (none given: all) and no exclude
/// expression. Loopback counts only if an include expression names it. Every address is of the inner network; one that is
/// public as well is listed for both.
/// </summary>
/// <param name="filter">Which interfaces count.</param>
/// <param name="interfaces">The interfaces; <see cref="HostInterface.All"/> but for tests.</param>
internal sealed class BasicHostInfoSource(NetworkInterfaceFilter filter, Func<IReadOnlyList<HostInterface>> interfaces) : IHostInfoSource
{
    public Task<HostInfo> GetAsync(CancellationToken cancellationToken) => Task.FromResult(Get());

    /// <summary>The host's addresses, which no one needs to be asked for.</summary>
    /// <exception cref="OnboardingException"><see cref="ErrorIds.HostAddressMissing"/>: it has none.</exception>
    public HostInfo Get()
    {
        IReadOnlyList<HostInterface> all = interfaces();
        IPAddress[] addresses =
        [
            .. all.Where(i => !i.IsLoopback || filter.Include.Count > 0)
                .Where(i => filter.Accepts(i.Name))
                .SelectMany(i => i.Addresses)
                .Where(a => !a.IsIPv6LinkLocal && !IsLinkLocal(a))
                .OrderBy(a => a.AddressFamily == AddressFamily.InterNetwork ? 0 : 1),
        ];
        if (addresses.Length == 0)
        {
            string names = string.Join(", ", all.Select(i => i.Name));
            throw new OnboardingException(
                ErrorIds.HostAddressMissing,
                $"No address to be reached at: of the interfaces {names}, none is up, admitted by host.custom.hostinfo.basic.networkInterfaces and has one.",
                "ip -brief address; then correct include and exclude in /etc/onboarding-agent/agent.config.yaml");
        }

        return new HostInfo
        {
            Addresses =
            [
                .. addresses.Select(a => new HostAddress(a.ToString(), AddressType.Vpc)),
                .. addresses.Where(IsPublic).Select(a => new HostAddress(a.ToString(), AddressType.Internet)),
            ],
        };
    }

    private static bool IsLinkLocal(IPAddress address)
    {
        byte[] bytes = address.GetAddressBytes();
        return bytes.Length == 4 && bytes[0] == 169 && bytes[1] == 254;
    }

    private static bool IsPublic(IPAddress address)
    {
        if (IPAddress.IsLoopback(address))
        {
            return false;
        }

        byte[] b = address.GetAddressBytes();
        return b.Length == 4
            ? b[0] != 10 && !(b[0] == 172 && b[1] is >= 16 and < 32) && !(b[0] == 192 && b[1] == 168) && !(b[0] == 100 && b[1] is >= 64 and < 128)
            : (b[0] & 0xFE) != 0xFC;
    }
}
