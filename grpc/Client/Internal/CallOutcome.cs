using Grpc.Core;

namespace Grpc.Net.Client.Internal;

/// <summary>How a call ended.</summary>
internal sealed record CallOutcome(Status Status, Metadata Trailers)
{
    public RpcException ToException() => new(Status, Trailers);
}
