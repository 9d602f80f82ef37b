namespace Onboarding.Client.Channel;

/// <summary>HTTP/2 connections that notice when the other end vanishes without a word.</summary>
internal static class KeptAliveConnections
{
    /// <summary>
    /// A handler that pings every 30 s while a call is open and waits 10 s for the answer. A machine that lost its network would else keep a
    /// session that no longer exists until TCP gives up, which takes a quarter of an hour.
    /// </summary>
    /// <returns>A new handler, to be configured further; it dials directly, never through a proxy.</returns>
    public static SocketsHttpHandler Handler() => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        ConnectTimeout = TimeSpan.FromSeconds(20),
        EnableMultipleHttp2Connections = true,
        KeepAlivePingDelay = TimeSpan.FromSeconds(30),
        KeepAlivePingTimeout = TimeSpan.FromSeconds(10),
        KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
        PooledConnectionIdleTimeout = TimeSpan.FromMinutes(5),
    };
}
