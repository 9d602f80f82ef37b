using System.Net;
using System.Net.Sockets;

namespace Onboarding.BootConfiguration;

/// <summary>The line for /etc/hosts by which a machine finds istiod.</summary>
internal static class IstiodHostsLine
{
    public static string Write(string address, string istiodHost) => IsAddress(address) ? $"{address} {istiodHost}\n" : "";

    /// <summary>
    /// What Go's <c>netip.ParseAddr</c> takes: no octal, hexadecimal or shortened IPv4, a zone only on IPv6. A zone with anything but
    /// letters, digits and <c>._-</c> is refused though Go takes it: a line break in it would add lines to the machine's hosts file.
    /// </summary>
    public static bool IsAddress(string text)
    {
        int percent = text.IndexOf('%', StringComparison.Ordinal);
        string address = percent < 0 ? text : text[..percent];
        if (!IPAddress.TryParse(address, out IPAddress? parsed))
        {
            return false;
        }

        return parsed.AddressFamily == AddressFamily.InterNetwork
            ? percent < 0 && IsFourPart(address)
            : !address.AsSpan().ContainsAny('[', ']', '/') && HasPlainTail(address) && (percent < 0 || IsZone(text[(percent + 1)..]));
    }

    private static bool IsFourPart(string address)
    {
        string[] parts = address.Split('.');
        return parts.Length == 4 && parts.All(p => p is "0" || (p is [not '0', ..] && p.All(char.IsAsciiDigit)));
    }

    // ::ffff:1.2.3.4
    private static bool HasPlainTail(string address) =>
        !address.Contains('.', StringComparison.Ordinal) || IsFourPart(address[(address.LastIndexOf(':') + 1)..]);

    private static bool IsZone(string zone) => zone.Length > 0 && zone.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-');
}
