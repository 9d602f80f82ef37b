using Grpc.Core;
using Onboarding.Testing;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.GrpcTests;

public class CancellationTests
{
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _cancelled = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact]
    public async Task Cancelling_a_unary_call_cancels_the_method()
    {
        await using GrpcTestServer server = await GrpcTestServer.StartAsync(
            new TestMethods { Unary = (_, context) => WaitAsync(context) });
        using var cancel = new CancellationTokenSource();
        using AsyncUnaryCall<byte[]> call = server.Client().Unary([], new CallOptions(cancellationToken: cancel.Token));

        await _reached.Task;
        await cancel.CancelAsync();

        (await Should.ThrowAsync<RpcException>(async () => await call)).StatusCode.ShouldBe(StatusCode.Cancelled);
        await _cancelled.Task.WaitAsync(Eventually.Patience);
    }

    [Fact]
    public async Task Disposing_a_stream_cancels_the_method()
    {
        await using GrpcTestServer server = await GrpcTestServer.StartAsync(
            new TestMethods { Duplex = (_, _, context) => WaitAsync(context) });
        AsyncDuplexStreamingCall<byte[], byte[]> call = server.Client().Duplex();
        Task<bool> read = call.ResponseStream.MoveNext();

        await _reached.Task;
        call.Dispose();

        (await Should.ThrowAsync<RpcException>(read)).StatusCode.ShouldBe(StatusCode.Cancelled);
        await _cancelled.Task.WaitAsync(Eventually.Patience);
        call.GetStatus().StatusCode.ShouldBe(StatusCode.Cancelled);
    }

    [Fact]
    public async Task Cancelling_a_read_cancels_the_call()
    {
        await using GrpcTestServer server = await GrpcTestServer.StartAsync(new TestMethods
        {
            Server = async (_, responses, context) =>
            {
                // The client may have cancelled before this write returns.
                context.CancellationToken.Register(() => _cancelled.TrySetResult());
                await responses.WriteAsync([1]);
                await WaitAsync(context);
            },
        });
        using var cancel = new CancellationTokenSource();
        using AsyncServerStreamingCall<byte[]> call = server.Client().Server([1]);

        (await call.ResponseStream.MoveNext()).ShouldBeTrue();
        Task<bool> read = call.ResponseStream.MoveNext(cancel.Token);
        await cancel.CancelAsync();

        (await Should.ThrowAsync<RpcException>(read)).StatusCode.ShouldBe(StatusCode.Cancelled);
        await _cancelled.Task.WaitAsync(Eventually.Patience);
    }

    [Fact]
    public async Task A_server_that_dies_within_a_stream_makes_the_call_unavailable()
    {
        GrpcTestServer server = await GrpcTestServer.StartAsync(new TestMethods
        {
            Duplex = async (_, responses, context) =>
            {
                await responses.WriteAsync([1]);
                await WaitAsync(context);
            },
        });
        using AsyncDuplexStreamingCall<byte[], byte[]> call = server.Client().Duplex();
        (await call.ResponseStream.MoveNext()).ShouldBeTrue();

        await server.StopAsync();

        RpcException error = await Should.ThrowAsync<RpcException>(() => call.ResponseStream.MoveNext());
        error.StatusCode.ShouldBe(StatusCode.Unavailable);
        (await Should.ThrowAsync<RpcException>(() => call.RequestStream.WriteAsync([1]))).StatusCode.ShouldBe(StatusCode.Unavailable);
        await server.DisposeAsync();
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_unavailable()
    {
        GrpcTestServer server = await GrpcTestServer.StartAsync(new TestMethods());
        TestClient client = server.Client();
        await server.StopAsync();

        RpcException error = await Should.ThrowAsync<RpcException>(async () => await client.Unary([1]));
        error.StatusCode.ShouldBe(StatusCode.Unavailable);
        error.Status.DebugException.ShouldNotBeNull();
        await server.DisposeAsync();
    }

    [Fact]
    public async Task A_certificate_that_is_not_trusted_makes_the_call_unavailable_and_says_why()
    {
        await using GrpcTestServer server = await GrpcTestServer.StartAsync(new TestMethods());
        TestClient client = server.Client(o => o.HttpHandler = new SocketsHttpHandler { UseProxy = false });

        RpcException error = await Should.ThrowAsync<RpcException>(async () => await client.Unary([1]));

        error.StatusCode.ShouldBe(StatusCode.Unavailable);
        error.Status.Detail.ShouldContain("certificate");
    }

    [Fact]
    public async Task Disposing_the_channel_ends_its_calls()
    {
        await using GrpcTestServer server = await GrpcTestServer.StartAsync(
            new TestMethods { Duplex = (_, _, context) => WaitAsync(context) });
        Grpc.Net.Client.GrpcChannel channel = server.Channel();
        using AsyncDuplexStreamingCall<byte[], byte[]> call = new TestClient(channel).Duplex();
        await _reached.Task;

        await channel.ShutdownAsync();

        (await Should.ThrowAsync<RpcException>(() => call.ResponseStream.MoveNext())).StatusCode.ShouldBe(StatusCode.Cancelled);
        await _cancelled.Task.WaitAsync(Eventually.Patience);
        Should.Throw<ObjectDisposedException>(() => new TestClient(channel).Unary([]));
    }

    [Fact]
    public async Task A_method_that_returns_early_ends_the_call_for_a_client_that_still_writes()
    {
        await using GrpcTestServer server = await GrpcTestServer.StartAsync(new TestMethods { Duplex = (_, _, _) => Task.CompletedTask });
        using AsyncDuplexStreamingCall<byte[], byte[]> call = server.Client().Duplex();

        (await call.ResponseStream.MoveNext()).ShouldBeFalse();
        await Should.ThrowAsync<RpcException>(() => call.RequestStream.WriteAsync(new byte[10]));
        call.GetStatus().StatusCode.ShouldBe(StatusCode.OK);
    }

    private async Task<byte[]> WaitAsync(ServerCallContext context)
    {
        context.CancellationToken.Register(() => _cancelled.TrySetResult());
        _reached.TrySetResult();
        await Task.Delay(Timeout.Infinite, context.CancellationToken);
        return [];
    }
}
