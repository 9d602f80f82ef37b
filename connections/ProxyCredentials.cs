using System.Net;

namespace Onboarding.Connections;

/// <summary>User and password in a proxy's URL.</summary>
public static class ProxyCredentials
{
    /// <summary>Those of the URL; null if it has none.</summary>
    public static NetworkCredential? FromUrl(Uri proxy)
    {
        ArgumentNullException.ThrowIfNull(proxy);
        string[] parts = proxy.UserInfo.Split(':', 2);
        return parts[0].Length == 0
            ? null
            : new NetworkCredential(Uri.UnescapeDataString(parts[0]), parts.Length == 2 ? Uri.UnescapeDataString(parts[1]) : "");
    }
}
