using Grpc.Core;

namespace Onboarding.Tests.Unit.GrpcTests;

/// <summary>A client of <see cref="TestMethods"/>.</summary>
internal sealed class TestClient(ChannelBase channel) : ClientBase(channel)
{
    public AsyncUnaryCall<byte[]> Unary(byte[] request, CallOptions options = default) =>
        CallInvoker.AsyncUnaryCall(TestMethods.UnaryMethod, null, options, request);

    public byte[] UnaryBlocking(byte[] request, CallOptions options = default) =>
        CallInvoker.BlockingUnaryCall(TestMethods.UnaryMethod, null, options, request);

    public AsyncServerStreamingCall<byte[]> Server(byte[] request, CallOptions options = default) =>
        CallInvoker.AsyncServerStreamingCall(TestMethods.ServerMethod, null, options, request);

    public AsyncClientStreamingCall<byte[], byte[]> Client(CallOptions options = default) =>
        CallInvoker.AsyncClientStreamingCall(TestMethods.ClientMethod, null, options);

    public AsyncDuplexStreamingCall<byte[], byte[]> Duplex(CallOptions options = default) =>
        CallInvoker.AsyncDuplexStreamingCall(TestMethods.DuplexMethod, null, options);

    public AsyncUnaryCall<byte[]> Call(Method<byte[], byte[]> method, byte[] request) =>
        CallInvoker.AsyncUnaryCall(method, null, default, request);
}
