using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace Onboarding.Embedded.Admission;

/// <summary>What istiod takes for labels and addresses. Its rules are near Kubernetes' own, and not the same: it has no longest label value.</summary>
internal static partial class IstioNames
{
    private const int LongestPart = 63;
    private const int LongestPrefix = 253;
    private const int LongestName = 255;

    public static bool IsLabelKey(string key) => LabelKey().Match(key) is { Success: true } parts
        && parts.Groups["prefix"].Length <= LongestPrefix && parts.Groups["name"].Length <= LongestPart;

    public static bool IsLabelValue(string value) => value.Length == 0 || Qualified().IsMatch(value);

    /// <summary>True for an IP address and for a domain name, with or without the dot at its end.</summary>
    public static bool IsAddress(string address) => IsIp(address) || IsDomainName(address);

    /// <summary>True for an IP address, of IPv6 also with a zone.</summary>
    public static bool IsIp(string address)
    {
        // .NET takes more for an address than anybody else: one number, octal and hexadecimal ones, brackets, a port.
        string[] zoned = address.Split('%', 2);
        return IPAddress.TryParse(zoned[0], out IPAddress? ip) && (ip.AddressFamily == AddressFamily.InterNetworkV6
            ? zoned is not [_, ""] && !address.Contains('[', StringComparison.Ordinal)
            : zoned.Length == 1 && ip.ToString() == address);
    }

    private static bool IsDomainName(string name)
    {
        string[] parts = name.Split('.');

        // Four numbers, or fewer, are meant as an address, and a wrong one.
        bool endsInNumber = parts[^1].Length > 0 && parts[^1].All(char.IsAsciiDigit);
        IEnumerable<string> labels = parts[^1].Length == 0 ? parts[..^1] : parts;
        return name.Length <= LongestName && !endsInNumber && labels.All(l => l.Length <= LongestPart && Label().IsMatch(l));
    }

    [GeneratedRegex(
        @"^((?<prefix>[a-zA-Z0-9]([-a-zA-Z0-9]*[a-zA-Z0-9])?(\.[a-zA-Z0-9]([-a-zA-Z0-9]*[a-zA-Z0-9])?)*)/)?(?<name>([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])\z",
        RegexOptions.CultureInvariant)]
    private static partial Regex LabelKey();

    [GeneratedRegex(@"^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]\z", RegexOptions.CultureInvariant)]
    private static partial Regex Qualified();

    [GeneratedRegex(@"^[a-zA-Z0-9]([-a-zA-Z0-9]*[a-zA-Z0-9])?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Label();
}
