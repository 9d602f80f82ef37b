using Grpc.Core;

namespace Grpc.Net.Wire;

/// <summary>What goes wrong with messages on the wire.</summary>
internal static class WireErrors
{
    public static RpcException ReceivedTooLong(long length, int limit) => new(new Status(
        StatusCode.ResourceExhausted,
        $"A received message is longer than allowed: at least {length} bytes, {limit} are allowed (MaxReceiveMessageSize)."));

    public static RpcException SentTooLong(long length, int limit) => new(new Status(
        StatusCode.ResourceExhausted,
        $"A message to send is longer than allowed: {length} bytes, {limit} are allowed (MaxSendMessageSize)."));

    public static RpcException Broken(string what, Exception? cause = null) =>
        new(new Status(StatusCode.Internal, $"The peer broke the protocol: {what}.", cause));
}
