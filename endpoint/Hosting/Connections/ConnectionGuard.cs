using System.Net;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Onboarding.Endpoint.Connections;

namespace Onboarding.Endpoint.Hosting.Connections;

/// <summary>Tells the <see cref="ConnectionTable"/> how far connections come, and what is asked on them.</summary>
internal static class ConnectionGuard
{
    /// <summary>The outermost: a connection has ended when all else is done with it.</summary>
    public static void UseConnectionEnd(this ListenOptions listen) => listen.Use(next => async connection =>
    {
        try
        {
            await next(connection);
        }
        finally
        {
            connection.Features.Get<GuardedConnection>()?.Closed();
        }
    });

    /// <summary>After the header of the PROXY protocol: the address is the one that it says.</summary>
    public static void UseConnectionSource(this ListenOptions listen) => listen.Use(next => connection =>
    {
        string source = connection.RemoteEndPoint is IPEndPoint peer ? SourceAddress.KeyOf(peer.Address) : "";
        connection.Features.Get<GuardedConnection>()?.ComesFrom(source);
        return next(connection);
    });

    /// <summary>After TLS.</summary>
    public static void UseConnectionHandshake(this ListenOptions listen) => listen.Use(next => connection =>
    {
        IConnectionLifetimeNotificationFeature? end = connection.Features.Get<IConnectionLifetimeNotificationFeature>();
        connection.Features.Get<GuardedConnection>()?.Shook(end is null ? null : end.RequestClose);
        if (connection.Features.Get<ISslStreamFeature>() is { } tls)
        {
            TlsBuffers.Release(tls.SslStream);
        }

        return next(connection);
    });

    /// <summary>Counts a request, of whatever kind: one that waits for its body, and a health watch, cost the same.</summary>
    public static async Task CountAsync(HttpContext http, RequestDelegate next)
    {
        GuardedConnection? connection = http.Features.Get<GuardedConnection>();
        if (connection is null)
        {
            await next(http);
        }
        else if (connection.TryBeginRequest())
        {
            try
            {
                await next(http);
            }
            finally
            {
                connection.EndRequest();
            }
        }
        else
        {
            // Its connection is being closed.
            http.Abort();
        }
    }
}
