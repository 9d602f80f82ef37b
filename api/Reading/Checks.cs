using System.Net;
using System.Net.Sockets;

namespace Onboarding.Api.Reading;

/// <summary>The rules for texts that the reference's tables name.</summary>
internal static class Checks
{
    private const int LongestHostName = 253;

    /// <summary>At least one character.</summary>
    public static string? NotEmpty(string value) => value.Length == 0 ? "must not be empty" : null;

    /// <summary>A host name or an IP address.</summary>
    public static string? Address(string value) =>
        value.Length != 0 && (IsIp(value) || IsHostName(value)) ? null : "must be a host name or an IP address, without scheme and port";

    /// <summary>An IP address, v4 or v6.</summary>
    public static string? Ip(string value) => IsIp(value) ? null : "must be an IPv4 or IPv6 address";

    /// <summary>Twelve digits.</summary>
    public static string? AwsAccount(string value) =>
        value.Length == 12 && value.All(char.IsAsciiDigit) ? null : "must be an AWS account: exactly 12 digits, in quotes";

    /// <summary>An issuer: https, without query and fragment. Compared by bytes later, so it isn't normalised.</summary>
    public static string? Issuer(string value) =>
        IsHttpsUri(value) && !value.Contains('?', StringComparison.Ordinal) && !value.Contains('#', StringComparison.Ordinal)
            ? null
            : "must be an https:// URI without query and fragment";

    /// <summary>An https URI.</summary>
    public static string? HttpsUri(string value) => IsHttpsUri(value) ? null : "must be an https:// URI";

    /// <summary>ASCII only, not empty, and nothing that doesn't print.</summary>
    public static string? Ascii(string value) =>
        value.Length != 0 && value.All(c => c is >= ' ' and <= '~') ? null : "must be printable ASCII and not empty";

    /// <summary>Short name of an issuer: <c>^[0-9a-z]+(-[0-9a-z]+)*$</c>.</summary>
    public static string? ShortName(string value) =>
        value.Split('-').All(part => part.Length != 0 && part.All(IsLowerAlphanumeric))
            ? null
            : "must be lower-case letters and digits, in parts joined by single dashes";

    /// <summary>An Istio revision: 1–56 characters, a DNS label in lower case.</summary>
    public static string? Revision(string value) =>
        IsDnsLabel(value, 56) ? null : "must be 1 to 56 lower-case letters, digits and dashes, with a letter or digit at both ends";

    /// <summary>The JSONPath of an attribute claim: <c>^[.$].+$</c>.</summary>
    public static string? JsonPath(string value) =>
        value.Length >= 2 && value[0] is '.' or '$' && value.Length >= 2 && !value.Contains('\n', StringComparison.Ordinal)
            ? null
            : "must be a JSONPath that starts with . or $, e.g. .custom_attributes";

    /// <summary>A port as text is no port; used by <see cref="MapReader.Port"/> for its range.</summary>
    public const int LargestPort = 65535;

    public static bool IsDnsLabel(string value, int longest = 63) =>
        value.Length >= 1 && value.Length <= longest
        && IsLowerAlphanumeric(value[0]) && IsLowerAlphanumeric(value[^1])
        && value.All(c => IsLowerAlphanumeric(c) || c == '-');

    public static bool IsHostName(string value)
    {
        string name = value.EndsWith('.') ? value[..^1] : value;
        return name.Length is > 0 and <= LongestHostName && name.Split('.').All(IsHostLabel);
    }

    public static bool IsIp(string value)
    {
        // IPAddress.TryParse also takes "1", "0x7f.1", "[::1]" and "fe80::1%eth0": forms that other programs read otherwise.
        if (value.Contains('%', StringComparison.Ordinal) || value.Contains('[', StringComparison.Ordinal)
            || !IPAddress.TryParse(value, out IPAddress? address))
        {
            return false;
        }

        return address.AddressFamily == AddressFamily.InterNetworkV6 || address.ToString() == value;
    }

    private static bool IsHostLabel(string label) =>
        label.Length is >= 1 and <= 63 && label[0] != '-' && label[^1] != '-'
        && label.All(c => char.IsAsciiLetterOrDigit(c) || c == '-');

    private static bool IsHttpsUri(string value) =>
        value.StartsWith("https://", StringComparison.Ordinal)
        && value.All(c => c is > ' ' and <= '~')
        && Uri.TryCreate(value, UriKind.Absolute, out Uri? uri) && uri.Host.Length != 0 && uri.UserInfo.Length == 0;

    private static bool IsLowerAlphanumeric(char c) => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c);
}
