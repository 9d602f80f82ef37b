using System.Globalization;

namespace Onboarding.SidecarProbe.Boot;

/// <summary><c>host:port</c>.</summary>
internal sealed record HostAndPort(string Host, int Port)
{
    /// <summary>Null where the text isn't one.</summary>
    public static HostAndPort? TryParse(string text)
    {
        int colon = text.LastIndexOf(':');
        return colon > 0 && ushort.TryParse(text[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out ushort port) && port > 0
            && Uri.CheckHostName(text[..colon]) != UriHostNameType.Unknown
            ? new HostAndPort(text[..colon], port)
            : null;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Host}:{Port}");
}
