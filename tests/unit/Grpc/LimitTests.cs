using Grpc.Core;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.GrpcTests;

public class LimitTests
{
    private const int FourMebibytes = 4 * 1024 * 1024;

    [Fact]
    public async Task Four_mebibytes_pass_unless_configured_otherwise()
    {
        await using GrpcTestServer server = await GrpcTestServer.StartAsync(new TestMethods());
        (await server.Client().Unary(new byte[FourMebibytes])).Length.ShouldBe(FourMebibytes);
    }

    [Fact]
    public async Task A_longer_request_is_refused_by_the_server()
    {
        await using GrpcTestServer server = await GrpcTestServer.StartAsync(new TestMethods());
        RpcException error = await Should.ThrowAsync<RpcException>(async () => await server.Client().Unary(new byte[FourMebibytes + 1]));
        error.StatusCode.ShouldBe(StatusCode.ResourceExhausted);
    }

    [Fact]
    public async Task A_longer_request_of_a_stream_is_refused_by_the_server()
    {
        await using GrpcTestServer server = await GrpcTestServer.StartAsync(new TestMethods(), o => o.MaxReceiveMessageSize = 10);
        using AsyncDuplexStreamingCall<byte[], byte[]> call = server.Client().Duplex();
        await call.RequestStream.WriteAsync(new byte[10]);
        (await call.ResponseStream.MoveNext()).ShouldBeTrue();
        await call.RequestStream.WriteAsync(new byte[11]);

        (await Should.ThrowAsync<RpcException>(() => call.ResponseStream.MoveNext())).StatusCode.ShouldBe(StatusCode.ResourceExhausted);
    }

    [Fact]
    public async Task A_longer_response_is_refused_by_the_client()
    {
        await using GrpcTestServer server = await GrpcTestServer.StartAsync(new TestMethods { Unary = (_, _) => Task.FromResult(new byte[11]) });
        TestClient client = server.Client(o => o.MaxReceiveMessageSize = 10);

        RpcException error = await Should.ThrowAsync<RpcException>(async () => await client.Unary([]));

        error.StatusCode.ShouldBe(StatusCode.ResourceExhausted);
        error.Status.Detail.ShouldContain("MaxReceiveMessageSize");
    }

    [Fact]
    public async Task A_client_does_not_send_more_than_it_may()
    {
        await using GrpcTestServer server = await GrpcTestServer.StartAsync(new TestMethods());
        TestClient client = server.Client(o => o.MaxSendMessageSize = 10);

        (await Should.ThrowAsync<RpcException>(async () => await client.Unary(new byte[11]))).StatusCode.ShouldBe(StatusCode.ResourceExhausted);
        using AsyncDuplexStreamingCall<byte[], byte[]> call = client.Duplex();
        (await Should.ThrowAsync<RpcException>(() => call.RequestStream.WriteAsync(new byte[11]))).StatusCode
            .ShouldBe(StatusCode.ResourceExhausted);
    }

    [Fact]
    public async Task A_server_does_not_send_more_than_it_may()
    {
        await using GrpcTestServer server = await GrpcTestServer.StartAsync(
            new TestMethods { Unary = (_, _) => Task.FromResult(new byte[11]) }, o => o.MaxSendMessageSize = 10);

        (await Should.ThrowAsync<RpcException>(async () => await server.Client().Unary([]))).StatusCode.ShouldBe(StatusCode.ResourceExhausted);
    }

    [Fact]
    public async Task A_stream_carries_more_than_the_30_MB_that_Kestrel_allows_a_body()
    {
        await using GrpcTestServer server = await GrpcTestServer.StartAsync(new TestMethods
        {
            Client = async (requests, _) =>
            {
                int sum = 0;
                await foreach (byte[] request in requests.ReadAllAsync())
                {
                    sum += request.Length;
                }

                return BitConverter.GetBytes(sum);
            },
        });
        using AsyncClientStreamingCall<byte[], byte[]> call = server.Client().Client();
        byte[] megabyte = new byte[1024 * 1024];

        for (int i = 0; i < 33; i++)
        {
            await call.RequestStream.WriteAsync(megabyte);
        }

        await call.RequestStream.CompleteAsync();
        BitConverter.ToInt32(await call).ShouldBe(33 * 1024 * 1024);
    }

    [Fact]
    public async Task Only_one_write_runs_at_a_time_and_none_after_the_end()
    {
        await using GrpcTestServer server = await GrpcTestServer.StartAsync(new TestMethods());
        using AsyncDuplexStreamingCall<byte[], byte[]> call = server.Client().Duplex();

        // Nobody reads the echo, so that flow control holds this one.
        Task first = call.RequestStream.WriteAsync(new byte[4 * 1024 * 1024]);
        await Should.ThrowAsync<InvalidOperationException>(() => call.RequestStream.WriteAsync([1]));
        (await call.ResponseStream.MoveNext()).ShouldBeTrue();
        await first;
        await call.RequestStream.CompleteAsync();
        await Should.ThrowAsync<InvalidOperationException>(() => call.RequestStream.WriteAsync([1]));
    }
}
