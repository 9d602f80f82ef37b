using Grpc.Core;
using Grpc.Health.V1;
using Shouldly;
using Xunit;

namespace Onboarding.Tests.Unit.GrpcTests;

public class CallKindTests
{
    [Fact]
    public async Task A_unary_call_returns_the_response()
    {
        await using GrpcTestServer server = await GrpcTestServer.StartAsync(new TestMethods());
        using AsyncUnaryCall<byte[]> call = server.Client().Unary([1, 2, 3]);

        (await call).ShouldBe([1, 2, 3]);
        call.GetStatus().ShouldBe(Status.DefaultSuccess);
        server.Client().UnaryBlocking([4]).ShouldBe([4]);
    }

    [Fact]
    public async Task An_empty_message_is_a_message()
    {
        await using GrpcTestServer server = await GrpcTestServer.StartAsync(new TestMethods());
        (await server.Client().Unary([])).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_server_streaming_call_returns_the_responses_in_order()
    {
        await using GrpcTestServer server = await GrpcTestServer.StartAsync(new TestMethods());
        using AsyncServerStreamingCall<byte[]> call = server.Client().Server([5]);

        var responses = new List<byte>();
        await foreach (byte[] response in call.ResponseStream.ReadAllAsync())
        {
            responses.AddRange(response);
        }

        responses.ShouldBe([0, 1, 2, 3, 4]);
        call.GetStatus().StatusCode.ShouldBe(StatusCode.OK);
    }

    [Fact]
    public async Task A_server_streaming_call_may_return_nothing()
    {
        await using GrpcTestServer server = await GrpcTestServer.StartAsync(new TestMethods());
        using AsyncServerStreamingCall<byte[]> call = server.Client().Server([0]);

        (await call.ResponseStream.MoveNext()).ShouldBeFalse();
        (await call.ResponseStream.MoveNext()).ShouldBeFalse();
    }

    [Fact]
    public async Task A_client_streaming_call_sends_the_requests_in_order()
    {
        await using GrpcTestServer server = await GrpcTestServer.StartAsync(new TestMethods());
        using AsyncClientStreamingCall<byte[], byte[]> call = server.Client().Client();

        for (byte i = 0; i < 5; i++)
        {
            await call.RequestStream.WriteAsync([i]);
        }

        await call.RequestStream.CompleteAsync();
        (await call).ShouldBe([0, 1, 2, 3, 4]);
    }

    [Fact]
    public async Task A_duplex_call_goes_both_ways_at_once()
    {
        await using GrpcTestServer server = await GrpcTestServer.StartAsync(new TestMethods());
        using AsyncDuplexStreamingCall<byte[], byte[]> call = server.Client().Duplex();

        for (byte i = 0; i < 5; i++)
        {
            await call.RequestStream.WriteAsync([i]);
            (await call.ResponseStream.MoveNext()).ShouldBeTrue();
            call.ResponseStream.Current.ShouldBe([i]);
        }

        await call.RequestStream.CompleteAsync();
        (await call.ResponseStream.MoveNext()).ShouldBeFalse();
        call.GetStatus().StatusCode.ShouldBe(StatusCode.OK);
    }

    [Fact]
    public async Task The_server_of_a_duplex_call_may_speak_first()
    {
        await using GrpcTestServer server = await GrpcTestServer.StartAsync(new TestMethods
        {
            Duplex = async (requests, responses, _) =>
            {
                await responses.WriteAsync([7]);
                await requests.MoveNext();
            },
        });
        using AsyncDuplexStreamingCall<byte[], byte[]> call = server.Client().Duplex();

        (await call.ResponseStream.MoveNext()).ShouldBeTrue();
        await call.RequestStream.CompleteAsync();
        (await call.ResponseStream.MoveNext()).ShouldBeFalse();
    }

    [Fact]
    public async Task Generated_stubs_work_on_both_sides()
    {
        await using GrpcTestServer server = await GrpcTestServer.StartAsync(new TestMethods());
        server.Health.SetStatus("", HealthCheckResponse.Types.ServingStatus.Serving);
        var client = new Health.HealthClient(server.Channel());

        (await client.CheckAsync(new HealthCheckRequest())).Status.ShouldBe(HealthCheckResponse.Types.ServingStatus.Serving);
    }
}
