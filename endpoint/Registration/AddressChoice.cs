using System.Net;
using System.Net.Sockets;
using Onboarding.Api;
using Onboarding.Api.Registration;
using Onboarding.Endpoint.Refusals;

namespace Onboarding.Endpoint.Registration;

/// <summary>Chooses the address that goes into the WorkloadEntry, where every client of the group will send its requests.</summary>
internal static class AddressChoice
{
    private static readonly IPNetwork ThisNetwork = IPNetwork.Parse("0.0.0.0/8");
    private static readonly IPNetwork LinkLocal4 = IPNetwork.Parse("169.254.0.0/16");
    private static readonly IPNetwork MulticastAndReserved4 = IPNetwork.Parse("224.0.0.0/3");

    /// <summary>The first usable address of the kind the workload is connected over.</summary>
    /// <param name="registration">What the workload said.</param>
    /// <param name="allowLoopback">True where everything runs on one machine.</param>
    /// <exception cref="RefusedException">There is none.</exception>
    public static string Choose(WorkloadRegistration registration, bool allowLoopback)
    {
        AddressType wanted = registration.Settings is { ConnectedOver: AddressType.Internet } ? AddressType.Internet : AddressType.Vpc;
        string name = wanted == AddressType.Internet ? "INTERNET" : "VPC";
        List<string> problems = [];
        foreach (HostAddress candidate in registration.Host.Addresses.Where(a => a.Type == wanted))
        {
            if (Problem(IPAddress.Parse(candidate.Ip), allowLoopback) is not { } problem)
            {
                return candidate.Ip;
            }

            problems.Add($"{candidate.Ip} {problem}");
        }

        throw Refuse.Invalid(
            problems.Count > 0
                ? $"None of the workload's {name} addresses can be used: {string.Join("; ", problems)}. Choose the network interfaces in "
                    + "the AgentConfiguration (host.custom.hostinfo.basic.networkInterfaces)."
                : $"The workload reported no {name} address. Set settings.connectedOver in the OnboardingConfiguration to a kind of "
                    + "address that the host has.",
            Reasons.AddressRefused);
    }

    // A workload that could register the metadata service or "this machine" as its address would have its clients attack that.
    private static string? Problem(IPAddress address, bool allowLoopback)
    {
        IPAddress plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        if (IPAddress.IsLoopback(plain))
        {
            return allowLoopback ? null : "is a loopback address";
        }

        bool isV4 = plain.AddressFamily == AddressFamily.InterNetwork;
        if (isV4 ? ThisNetwork.Contains(plain) : plain.Equals(IPAddress.IPv6Any))
        {
            return "is unspecified";
        }

        if (isV4 ? LinkLocal4.Contains(plain) : plain.IsIPv6LinkLocal || plain.ScopeId != 0)
        {
            return "is link-local";
        }

        return (isV4 ? MulticastAndReserved4.Contains(plain) : plain.IsIPv6Multicast) ? "is a multicast or reserved address" : null;
    }
}
