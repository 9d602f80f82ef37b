using Grpc.Net.Wire;
using Microsoft.Extensions.Logging;

namespace Grpc.Net.Client;

/// <summary>How a <see cref="GrpcChannel"/> calls.</summary>
public sealed class GrpcChannelOptions
{
    /// <summary>
    /// What connects; HTTP/2 without a buffering layer. <see cref="GrpcChannel.CreateHandler"/> makes the default, with
    /// keepalive, to change and put here.
    /// </summary>
    public HttpMessageHandler? HttpHandler { get; set; }

    /// <summary>Whether disposing the channel disposes <see cref="HttpHandler"/>; the default handler always is.</summary>
    public bool DisposeHttpClient { get; set; }

    /// <summary>Longest response message in bytes, also after decompression; 4 MiB by default, null for no limit.</summary>
    public int? MaxReceiveMessageSize { get; set; } = WireNames.DefaultMaxReceiveMessageSize;

    /// <summary>Longest request message in bytes; null, the default, for no limit.</summary>
    public int? MaxSendMessageSize { get; set; }

    /// <summary>Where calls are logged.</summary>
    public ILoggerFactory? LoggerFactory { get; set; }

    /// <summary>The clock that deadlines are measured by. (grpc-dotnet has no such option.)</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;
}
