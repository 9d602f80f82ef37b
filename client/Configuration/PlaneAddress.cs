using System.Globalization;

namespace Onboarding.Client.Configuration;

/// <summary>The address of a plane as people write it: <c>host</c>, <c>host:port</c> or <c>https://host:port</c>, IPv6 in brackets.</summary>
/// <param name="Host">Name or address, without brackets.</param>
/// <param name="Port">The port; null if none was given, which isn't HTTPS's own but the endpoint's.</param>
internal sealed record PlaneAddress(string Host, int? Port)
{
    private const string Scheme = "https://";

    /// <summary>Reads one.</summary>
    /// <param name="text">What someone gave.</param>
    /// <returns>Null if it isn't one: another scheme, a path, a user.</returns>
    public static PlaneAddress? TryParse(string text)
    {
        string authority = text.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? text[Scheme.Length..] : text;
        authority = authority.EndsWith('/') ? authority[..^1] : authority;
        if (authority.IndexOfAny(['/', '?', '#', '@', '\\']) >= 0
            || authority.Any(char.IsWhiteSpace)
            || !Uri.TryCreate(Scheme + authority, UriKind.Absolute, out Uri? url))
        {
            return null;
        }

        // As it is there: what Uri says of a port that is HTTPS's own is the same as of none.
        int colon = authority.IndexOf(':', authority.StartsWith('[') ? authority.IndexOf(']') : 0);
        string host = url.HostNameType == UriHostNameType.IPv6 ? url.DnsSafeHost : url.Host;
        return colon < 0 ? new PlaneAddress(host, null)
            : int.TryParse(authority[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out int port) && port is > 0 and <= 65535 ? new PlaneAddress(host, port)
            : null;
    }
}
