using Grpc.Net.Wire;

namespace Grpc.AspNetCore.Server;

/// <summary>How calls are served.</summary>
public sealed class GrpcServiceOptions
{
    /// <summary>Longest request message in bytes, also after decompression; 4 MiB by default, null for no limit.</summary>
    public int? MaxReceiveMessageSize { get; set; } = WireNames.DefaultMaxReceiveMessageSize;

    /// <summary>Longest response message in bytes; null, the default, for no limit.</summary>
    public int? MaxSendMessageSize { get; set; }

    /// <summary>
    /// Most metadata of a request: bytes of names and values, plus 32 for each header as HTTP/2 counts them; 16 KiB by
    /// default. More is <c>RESOURCE_EXHAUSTED</c>. (Kestrel's own limit, 32 KiB, cuts the connection.)
    /// </summary>
    public int MaxMetadataSize { get; set; } = 16 * 1024;

    /// <summary>
    /// Whether <see cref="Grpc.Core.ServerCallContextExtensions.GetRequestBytes"/> has the bytes of a call's only request; off by
    /// default, as it costs a copy of each. For signatures over a request: another implementation of protocol buffers may write
    /// the same message in other bytes. (grpc-dotnet has no such option; there a marshaller of one's own does the same.)
    /// </summary>
    public bool KeepRequestBytes { get; set; }

    /// <summary>
    /// How long the only request of a unary or server-streaming call may take to arrive; null, the default, for ever. Later the call
    /// ends with <c>DEADLINE_EXCEEDED</c>: else headers alone would hold it open. (grpc-dotnet has no such option; there Kestrel's
    /// minimum rate cuts the whole connection, with all the streams on it.)
    /// </summary>
    public TimeSpan? RequestTimeout { get; set; }

    /// <summary>Whether a client learns the text of an exception that a method throws. Not for production: it may hold secrets.</summary>
    public bool EnableDetailedErrors { get; set; }
}
