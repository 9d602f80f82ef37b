namespace Onboarding.Api.Registration;

/// <summary>One address of a host.</summary>
/// <param name="Ip">IPv4 or IPv6 in textual form.</param>
/// <param name="Type">The network it belongs to.</param>
public sealed record HostAddress(string Ip, AddressType Type);
