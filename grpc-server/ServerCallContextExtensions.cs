using Grpc.AspNetCore.Server.Internal;
using Microsoft.AspNetCore.Http;

namespace Grpc.Core;

/// <summary>The HTTP side of a call.</summary>
public static class ServerCallContextExtensions
{
    /// <summary>The request that the call is.</summary>
    /// <param name="serverCallContext">The call.</param>
    /// <returns>The request.</returns>
    /// <exception cref="InvalidOperationException">The call isn't served by ASP.NET Core (a test's own context).</exception>
    public static HttpContext GetHttpContext(this ServerCallContext serverCallContext) =>
        serverCallContext is HttpContextServerCallContext call
            ? call.Http
            : throw new InvalidOperationException("The call isn't served by ASP.NET Core.");

    /// <summary>The only request of a unary or server-streaming call, as it was received (and decompressed).</summary>
    /// <param name="serverCallContext">The call.</param>
    /// <returns>The bytes; null where <see cref="Grpc.AspNetCore.Server.GrpcServiceOptions.KeepRequestBytes"/> is off.</returns>
    public static ReadOnlyMemory<byte>? GetRequestBytes(this ServerCallContext serverCallContext) =>
        (serverCallContext as HttpContextServerCallContext)?.RequestBytes;
}
