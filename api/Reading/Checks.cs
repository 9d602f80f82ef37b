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

    /// <summary>Decimal digits: a number too large for a number.</summary>
    public static string? Digits(string value) =>
        value.Length is > 0 and <= 32 && value.All(char.IsAsciiDigit) ? null : "must be decimal digits, in quotes";

    /// <summary>A UUID in its usual form; case doesn't matter. The length is checked because the parser takes spaces around it.</summary>
    public static string? Uuid(string value) =>
        value.Length == 36 && Guid.TryParseExact(value, "D", out _) ? null : "must be a UUID such as 6fd5f7a1-0c4e-4d4e-9d55-0b1f1c6d0a11";

    /// <summary>A DNS label.</summary>
    public static string? DnsLabel(string value) => IsDnsLabel(value) ? null : "must be a DNS label in lower case";

    /// <summary>A DNS name in lower case.</summary>
    public static string? DnsSubdomain(string value) => LabelRules.IsDnsSubdomain(value) ? null : "must be a DNS name in lower case";

    /// <summary>SHA-256 in hex.</summary>
    public static string? Sha256(string value) =>
        value.Length == 64 && value.All(char.IsAsciiHexDigitLower) ? null : "must be a SHA-256 fingerprint: 64 lower-case hex digits without colons";

    /// <summary>A SPIFFE trust domain: at most 255 of <c>a-z 0-9 . - _</c>, as the SPIFFE ID specification has it.</summary>
    public static string? TrustDomain(string value) =>
        value.Length is > 0 and <= 255 && value.All(c => IsLowerAlphanumeric(c) || c is '.' or '-' or '_')
            ? null
            : "must be a trust domain: lower-case letters, digits, dots, dashes and underscores, without spiffe://";

    /// <summary>The path of a SPIFFE ID: empty, or segments after slashes, none of them empty, <c>.</c> or <c>..</c>.</summary>
    public static string? SpiffePath(string value) =>
        value.Length == 0 || (value[0] == '/' && value[1..].Split('/').All(IsSpiffeSegment))
            ? null
            : "must be the path of a SPIFFE ID, such as /vm/web-1: segments of letters, digits, dots, dashes and underscores";

    /// <summary>A network, e.g. <c>10.0.0.0/8</c>, without bits beyond its length: those would say that something else was meant.</summary>
    public static string? Cidr(string value) =>
        value.Split('/') is [{ } address, { Length: > 0 and <= 3 } length] && IsIp(address) && length.All(char.IsAsciiDigit)
        && IPNetwork.TryParse(value, out IPNetwork network) && network.BaseAddress.Equals(IPAddress.Parse(address))
            ? null
            : "must be a network in CIDR form, such as 10.0.0.0/8 or fd00::/8, with no bits set beyond its length";

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

    private static bool IsSpiffeSegment(string segment) =>
        segment.Length != 0 && segment is not ("." or "..") && segment.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_');

    private static bool IsHostLabel(string label) =>
        label.Length is >= 1 and <= 63 && label[0] != '-' && label[^1] != '-'
        && label.All(c => char.IsAsciiLetterOrDigit(c) || c == '-');

    private static bool IsHttpsUri(string value) =>
        value.StartsWith("https://", StringComparison.Ordinal)
        && value.All(c => c is > ' ' and <= '~')
        && Uri.TryCreate(value, UriKind.Absolute, out Uri? uri) && uri.Host.Length != 0 && uri.UserInfo.Length == 0;

    private static bool IsLowerAlphanumeric(char c) => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c);
}

/// <summary>A rule for a text.</summary>
/// <param name="value">The text.</param>
/// <returns>What is wrong with it, as the end of a sentence that starts with the field; null if nothing is.</returns>
internal delegate string? TextCheck(string value);
