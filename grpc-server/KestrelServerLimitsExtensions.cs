using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Grpc.AspNetCore.Server;

/// <summary>Limits of Kestrel that suit gRPC. (grpc-dotnet has no such method.)</summary>
public static class KestrelServerLimitsExtensions
{
    /// <summary>
    /// Pings a client that was silent for 30 s and closes its connection if no answer comes within 20 s, so that the
    /// calls of machines that vanished without a word end within 50 s instead of never.
    /// </summary>
    /// <param name="limits">The server's limits.</param>
    /// <returns>The same limits.</returns>
    public static KestrelServerLimits KeepGrpcStreamsAlive(this KestrelServerLimits limits)
    {
        ArgumentNullException.ThrowIfNull(limits);
        limits.Http2.KeepAlivePingDelay = TimeSpan.FromSeconds(30);
        limits.Http2.KeepAlivePingTimeout = TimeSpan.FromSeconds(20);
        return limits;
    }
}
