using System.Net;
using Onboarding.Api;
using Onboarding.Api.Registration;
using Onboarding.Plane.Refusals;

namespace Onboarding.Plane.Members;

/// <summary>Chooses the address that goes into the WorkloadEntry, where every client of the group will send its requests.</summary>
internal static class AddressChoice
{
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
        IPAddress plain = NeverAddresses.Plain(address);
        return !IPAddress.IsLoopback(plain) ? NeverAddresses.Problem(plain)
            : allowLoopback ? null
            : "is a loopback address";
    }
}

/// <summary>Which addresses members may have.</summary>
/// <param name="AllowLoopback">True where everything runs on one machine, as with an embedded control plane.</param>
internal sealed record AddressRules(bool AllowLoopback);
